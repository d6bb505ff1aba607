"""Watermarks: images and texts over videos and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Stream, apply, options
from airflow_provider_media.core.media.notation import Offset
from airflow_provider_media.core.outputs import Watermark
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.plans import Overlay
from airflow_provider_media.core.serde import digest, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureClock:
    """The clock of a stream: seconds of a video, or numbers of pictures that were taken at known times."""

    duration: float
    frame_rate: Fraction
    """Frames per second of the source, which timecodes count."""
    times: tuple[float, ...] | None = None
    """Seconds at which the pictures were taken; None for a video.

    Frame ``n`` of the stream has the timestamp ``n``."""

    def shown(self, mark: Watermark) -> tuple[float, float] | bool:
        """Return between which timestamps a watermark shows; True for always, False for never."""
        if mark.start is None and mark.end is None:
            return True
        start, end = self._seconds(mark.start, 0.0), self._seconds(mark.end, self.duration)
        if self.times is None:
            return (start, end) if start < end else False
        numbers = [number for number, time in enumerate(self.times) if start <= time <= end]
        return (numbers[0] - 0.5, numbers[-1] + 0.5) if numbers else False

    def _seconds(self, offset: Offset | None, default: float) -> float:
        return default if offset is None else offset.seconds(self.duration, self.frame_rate)


def watermarked(
    picture: Stream,
    marks: Sequence[Watermark],
    size: Size,
    clock: PictureClock,
    *,
    ten_bit: bool = False,
    white: float = 1.0,
) -> tuple[Stream, tuple[Overlay, ...]]:
    """Return a picture with its watermarks, and the overlays that it needs. Later watermarks lie over earlier ones.

    :param size: size of the picture.
    :param white: share of the signal's range that is white to the eye.
    """
    overlays: list[Overlay] = []
    for mark in marks:
        if (shown := clock.shown(mark)) is False:
            continue
        overlays.append(_overlay(mark, size))
        drawn = filters.translucent(_drawn(overlays[-1], mark, size), mark.opacity, white=white)
        x, y = _place(mark, size)
        picture = filters.overlaid(
            picture, drawn, x, y, ten_bit=ten_bit, shown=None if isinstance(shown, bool) else shown
        )
    return picture, tuple(overlays)


def _overlay(mark: Watermark, size: Size) -> Overlay:
    height = max(8, mark.size.pixels(size.height)) if mark.text else 0
    facts: dict[str, Any] = {
        "image": mark.image,
        "text": mark.text,
        "font": mark.font if mark.text else None,
        "color": mark.color,
        "line_height": height,
    }
    # Named by its content, so that two outputs of one unit share the file.
    return Overlay(file=f"overlay.{digest(facts)[:12]}.png", **facts)


def _drawn(overlay: Overlay, mark: Watermark, size: Size) -> Stream:
    # The job draws the overlay itself. The forced format is guard enough: ffmpeg refuses what is not PNG.
    picture = Decoded(Input(f"file:{overlay.file}", options(f="png_pipe")), 0, "video")
    if mark.text:
        # A text wider than the picture is scaled down to fit.
        return apply("scale", picture, w=f"min(iw,{size.width})", h=-1)
    return apply("scale", picture, w=max(1, mark.size.pixels(size.width)), h=-1)


def _place(mark: Watermark, size: Size) -> tuple[str, str]:
    if mark.corner == "center":
        return "(W-w)/2", "(H-h)/2"
    x, y = mark.x.pixels(size.width), mark.y.pixels(size.height)
    return f"W-w-{x}" if mark.corner.endswith("right") else str(x), f"H-h-{y}" if mark.corner.startswith(
        "bottom"
    ) else str(y)


def overlay_facts(overlays: Sequence[Overlay], versions: Mapping[str, str]) -> list[object]:
    """Return the facts of overlays that content keys depend on.

    :param versions: versions of images and fonts, by URI. Another image under the same name is another watermark.
    """
    used = {overlay.image for overlay in overlays} | {overlay.font for overlay in overlays}
    named = sorted(uri for uri in used if uri and uri in versions)
    return [*map(to_json, overlays), *(versions[uri] for uri in named)]
