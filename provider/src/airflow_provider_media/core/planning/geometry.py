"""Sizes of pictures: rungs of a ladder by their short side, and pictures in frames of other shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from airflow_provider_media.core.outputs.spec import Fit
from airflow_provider_media.core.outputs.video import VideoSettings


class Size(NamedTuple):
    """Width and height in square pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def short_side(self) -> int:
        """The smaller of width and height."""
        return min(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The position of a picture in its frame."""

    frame: Size
    inner: Size
    """Size of the scaled picture: smaller than the frame where it is padded, larger where it is cropped."""
    fit: Fit


def even(value: float | Fraction) -> int:
    """Return the nearest even number, at least 2 and not above the next whole number: 4:2:0 samples come in pairs."""
    most = math.ceil(value)
    return max(2, min(2 * round(value / 2), most - most % 2))


def rung_size(source: Size, short_side: int) -> Size:
    """Return the size of a rung with the given short side in pixels; never larger than the source."""
    scale = Fraction(min(short_side, source.short_side), source.short_side)
    return _stepped(source.width * scale, source.height * scale, 2)


def place(
    source: Size, width: int | None, height: int | None, fit: Fit = "pad", *, upscale: bool = False, step: int = 2
) -> Placement:
    """Return the position of a picture in the requested frame.

    A frame that would enlarge the picture is scaled down, in its own shape, until the picture is not enlarged.

    :param width: pixels of the frame; from the source's shape when absent.
    :param height: pixels of the frame; likewise.
    :param step: 2 for even sizes, 1 where any size is allowed.
    """
    most = None if upscale else Fraction(1)
    if width is None or height is None:
        scale = _limited(_one_side(source, width, height), most)
        size = _stepped(source.width * scale, source.height * scale, step)
        return Placement(frame=size, inner=size, fit="stretch")
    scale = _limited(Fraction(1), most and _room(source, Size(width, height), fit))
    frame = _stepped(width * scale, height * scale, step)
    return Placement(frame=frame, inner=_inner(source, frame, fit, step), fit=fit)


def framed(source: Size, wanted: VideoSettings) -> Placement:
    """Return the position of a picture in the frame of an encoded video."""
    width, height = wanted.width, wanted.height
    if wanted.orientation == "source" and source.height > source.width:
        width, height = height, width
    return place(source, width, height, wanted.fit, upscale=wanted.upscale)


def _one_side(source: Size, width: int | None, height: int | None) -> Fraction:
    if width is not None:
        return Fraction(width, source.width)
    return Fraction(1) if height is None else Fraction(height, source.height)


def _limited(scale: Fraction, most: Fraction | None) -> Fraction:
    return scale if most is None else min(scale, most)


def _room(source: Size, frame: Size, fit: Fit) -> Fraction:
    """Return the factor by which the frame may grow before the picture in it is enlarged."""
    sides = (Fraction(source.width, frame.width), Fraction(source.height, frame.height))
    # A padded picture touches one pair of the frame's sides. A stretched or cropped picture touches all sides.
    return max(sides) if fit in ("pad", "blur") else min(sides)


def _inner(source: Size, frame: Size, fit: Fit, step: int) -> Size:
    if fit == "stretch":
        return frame
    across, down = Fraction(frame.width, source.width), Fraction(frame.height, source.height)
    scale = max(across, down) if fit == "crop" else min(across, down)
    inner = _stepped(source.width * scale, source.height * scale, step)
    if fit == "crop":  # rounding must not leave a gap at the edge, nor let a bar appear
        return Size(max(inner.width, frame.width), max(inner.height, frame.height))
    return Size(min(inner.width, frame.width), min(inner.height, frame.height))


def _stepped(width: Fraction, height: Fraction, step: int) -> Size:
    if step == 1:
        return Size(max(1, round(width)), max(1, round(height)))
    return Size(even(width), even(height))
