"""Sizes of pictures: rungs of a ladder by their short side, and pictures in frames of other shapes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from airflow_provider_media.core.specs.base import Fit


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
    """A picture in its frame."""

    frame: Size
    inner: Size
    """The scaled picture: smaller than the frame where it is padded, larger where it is cropped."""
    fit: Fit


def even(value: float | Fraction, *, most: int | None = None) -> int:
    """The nearest even number of at least 2, and at most ``most``: 4:2:0 samples come in pairs."""
    nearest = 2 * round(value / 2)
    return max(2, nearest if most is None else min(nearest, most - most % 2))


def rung_size(source: Size, short_side: int) -> Size:
    """The size of a rung whose short side has so many pixels; never larger than the source."""
    short = min(short_side, source.short_side)
    scale = Fraction(short, source.short_side)
    return Size(even(source.width * scale, most=source.width), even(source.height * scale, most=source.height))


def place(source: Size, width: int | None, height: int | None, fit: Fit = "pad", *, upscale: bool = False, step: int = 2) -> Placement:
    """Where a picture lies in the frame that was asked for.

    A frame that would enlarge the picture is made smaller in its own shape until it does not.

    :param width: pixels of the frame; from the source's shape when absent.
    :param height: pixels of the frame; likewise.
    :param step: 2 for even sizes, 1 where any size will do.
    """
    if width is None or height is None:
        size = _in_shape(source, width, height, upscale=upscale, step=step)
        return Placement(frame=size, inner=size, fit="stretch")
    frame = Size(width, height)
    if not upscale:
        frame = _shrunk(frame, _room(source, frame, fit))
    frame = _stepped(frame, step)
    return Placement(frame=frame, inner=_inner(source, frame, fit, step), fit=fit)


def _in_shape(source: Size, width: int | None, height: int | None, *, upscale: bool, step: int) -> Size:
    scale = Fraction(width, source.width) if width else Fraction(height, source.height) if height else Fraction(1)
    scale = scale if upscale else min(scale, Fraction(1))
    most = None if scale > 1 else source
    return _stepped(Size(round(source.width * scale), round(source.height * scale)), step, most)


def _room(source: Size, frame: Size, fit: Fit) -> Fraction:
    """By how much the frame may grow before the picture in it is enlarged."""
    sides = (Fraction(source.width, frame.width), Fraction(source.height, frame.height))
    # Padded pictures touch one pair of sides; stretched and cropped ones all of them.
    return max(sides) if fit in ("pad", "blur") else min(sides)


def _shrunk(frame: Size, room: Fraction) -> Size:
    scale = min(Fraction(1), room)
    return Size(max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))


def _inner(source: Size, frame: Size, fit: Fit, step: int) -> Size:
    if fit == "stretch":
        return frame
    across, down = Fraction(frame.width, source.width), Fraction(frame.height, source.height)
    scale = max(across, down) if fit == "crop" else min(across, down)
    inner = _stepped(Size(round(source.width * scale), round(source.height * scale)), step)
    if fit == "crop":  # rounding must not leave a gap at the edge, nor let a bar appear
        return Size(max(inner.width, frame.width), max(inner.height, frame.height))
    return Size(min(inner.width, frame.width), min(inner.height, frame.height))


def _stepped(size: Size, step: int, most: Size | None = None) -> Size:
    if step == 1:
        return Size(max(1, size.width), max(1, size.height))
    return Size(even(size.width, most=most and most.width), even(size.height, most=most and most.height))
