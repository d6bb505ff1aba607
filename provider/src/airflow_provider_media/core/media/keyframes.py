"""Facts of keyframes: size, aspect ratio, colours, fields and static HDR metadata may change at any keyframe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from airflow_provider_media.core.media.info import FieldOrder, MasteringDisplay, PictureFormat

FRAME_ENTRIES = (
    "frame=width,height,pix_fmt,sample_aspect_ratio,interlaced_frame,top_field_first,color_range,color_space"
    ",color_primaries,color_transfer:frame_side_data"
)
"""Fields of each keyframe that ffprobe prints, with ``-of compact=p=0``."""
CODECS = ("h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "vc1")
"""Codecs whose format changes at keyframes alone, and whose decoder can skip all other frames."""
_MASTERING = "side_datum/mastering_display_metadata:"
_LIGHT = "side_datum/content_light_level_metadata:"
_FORMATS = 100
"""Most different formats of frames that are told apart."""


@dataclass(slots=True)
class KeyframeScan:
    """Running facts of one stream's keyframes."""

    formats: Counter[PictureFormat] = field(default_factory=Counter)
    """Number of keyframes of each format, in the order in which formats first appear."""
    interlaced: int = 0
    top_first: int = 0
    count: int = 0
    ratios: list[tuple[int, Fraction]] = field(default_factory=list)
    """Number of each keyframe, from 0, at which another sample aspect ratio begins, with that ratio."""
    mastering: MasteringDisplay | None = None

    def read(self, line: str) -> None:
        """Read one line of ffprobe's frame list."""
        values: dict[str, str] = {}
        for part in line.split("|"):
            name, _, value = part.partition("=")
            values.setdefault(name, value)
        picture = _format(values)
        if picture is None:
            return
        ratio = picture.sample_aspect_ratio
        if not self.ratios or (self.ratios[-1][1] != ratio and len(self.ratios) < _FORMATS):
            self.ratios.append((self.count, ratio))
        self.count += 1
        if picture in self.formats or len(self.formats) < _FORMATS:
            self.formats[picture] += 1
        if values.get("interlaced_frame") == "1":
            self.interlaced += 1
            self.top_first += values.get("top_field_first") == "1"
        self.mastering = self.mastering or _mastering(values)

    @property
    def field_order(self) -> FieldOrder:
        """Field order of most interlaced keyframes; progressive where none is interlaced."""
        if not self.interlaced:
            return "progressive"
        return "top_first" if 2 * self.top_first >= self.interlaced else "bottom_first"


def _format(values: Mapping[str, str]) -> PictureFormat | None:
    try:
        width, height = int(values["width"]), int(values["height"])
    except (KeyError, ValueError):
        return None
    return PictureFormat(
        width=width,
        height=height,
        pixel_format=values.get("pix_fmt", ""),
        sample_aspect_ratio=_ratio(values.get("sample_aspect_ratio", "")) or Fraction(1),
        color_range=_known(values.get("color_range", "")),
        color_space=_known(values.get("color_space", "")),
        color_primaries=_known(values.get("color_primaries", "")),
        color_transfer=_known(values.get("color_transfer", "")),
    )


def _mastering(values: Mapping[str, str]) -> MasteringDisplay | None:
    found = {name.removeprefix(_MASTERING): value for name, value in values.items() if name.startswith(_MASTERING)}
    found |= {name.removeprefix(_LIGHT): value for name, value in values.items() if name.startswith(_LIGHT)}
    return mastering_display(found)


def mastering_display(values: Mapping[str, Any]) -> MasteringDisplay | None:
    """Return static HDR metadata (SMPTE ST 2086, CTA-861.3) from ffprobe's side data; None where there is none."""
    names = ("green_x", "green_y", "blue_x", "blue_y", "red_x", "red_y", "white_point_x", "white_point_y")
    chromaticities = tuple(_ratio(str(values.get(name, ""))) for name in names)
    luminances = (_ratio(str(values.get("max_luminance", ""))), _ratio(str(values.get("min_luminance", ""))))
    has_display = luminances[0] > 0 and all(chromaticities)
    max_content, max_average = int(values.get("max_content", 0)), int(values.get("max_average", 0))
    if not has_display and not max_content:
        return None
    return MasteringDisplay(
        chromaticities=chromaticities if has_display else (),
        luminances=luminances if has_display else (),
        max_content=max_content,
        max_average=max_average,
    )


def _ratio(text: str) -> Fraction:
    try:
        return Fraction(text.replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _known(text: str) -> str:
    return "" if text in ("unknown", "unspecified", "N/A") else text
