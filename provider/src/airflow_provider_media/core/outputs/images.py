"""Pictures: snapshots at times, sampled snapshots, animated images and sprite sheets."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from airflow_provider_media.core.media.notation import FrameRateField, Offset, OffsetField
from airflow_provider_media.core.outputs.spec import Dimension, Fit, FramesPerSecond, OutputSpec, PictureSize
from airflow_provider_media.core.outputs.watermark import Watermark

StillFormat = Literal["jpg", "png", "webp"]
Quality = Annotated[int, Field(ge=1, le=100, description="1 (smallest) to 100 (best).")]

FASTEST_GIF = 50
LARGEST_SHEET = 16_000
"""Most pixels of a sheet's side: browsers show no more, and WebP holds 16,383."""


def _check_distance(every: Offset) -> None:
    if every.frames is not None:
        raise ValueError(f"every: {every} counts frames, and distances are told in seconds (2.5s) or percent (10%)")
    least = Fraction(1) if every.unit == "percent" else Fraction(1, 10)
    if every.value < least:
        raise ValueError(f"every: {every} is too close: at least {'1%' if every.unit == 'percent' else '0.1s'}")


class _Picture(OutputSpec, PictureSize):
    preset: str | None = None
    """Name of a preset whose fields these override."""
    quality: Quality = 80
    watermarks: tuple[Watermark, ...] | None = None
    """Watermarks of this output; the workflow's own when absent, none when empty."""


class SnapshotSpec(_Picture):
    """Pictures at given times."""

    kind: Literal["snapshots"] = "snapshots"
    at: Annotated[tuple[OffsetField, ...], Field(min_length=1, max_length=200)]
    """Times in seconds, percent or timecode; a time past the end means the last frame."""
    format: StillFormat = "jpg"
    """Format of the files."""


class SampleSnapshotSpec(_Picture):
    """Pictures at even distances.

    A distance in seconds gives the first frame and then one picture after each distance. ``10%`` gives ten pictures, at
    10 %, 20 % … 100 %.
    """

    kind: Literal["sampled_snapshots"] = "sampled_snapshots"
    every: OffsetField
    """Distance between two pictures, in seconds or percent."""
    format: StillFormat = "jpg"
    """Format of the files."""

    @model_validator(mode="after")
    def _positive(self) -> Self:
        _check_distance(self.every)
        return self


class AnimatedImageSpec(_Picture):
    """A short animated picture without audio."""

    kind: Literal["animated_image"] = "animated_image"
    start: OffsetField = Offset(Fraction(0), "seconds")
    """Start time in the source."""
    end: OffsetField | None = None
    """End time in the source; three seconds after the start when absent."""
    frame_rate: Annotated[FrameRateField, FramesPerSecond] = Fraction(10)
    """Frames per second."""
    width: Dimension | None = 320
    format: Literal["gif", "webp"] = "gif"
    """Format of the file; WebP is smaller and has all colours."""
    loop: bool = True
    """Whether it plays for ever or once."""

    @model_validator(mode="after")
    def _check_rate(self) -> Self:
        if self.format == "gif" and self.frame_rate > FASTEST_GIF:
            raise ValueError(
                f"frame_rate {self.frame_rate} is too fast for gif, which counts hundredths of a second, and browsers"
                f" slow down what is faster than {FASTEST_GIF} frames per second: use {FASTEST_GIF} or less, or webp"
            )
        return self


class SpriteSpec(OutputSpec):
    """Sheets of small pictures, with a WebVTT file that maps times to pictures."""

    kind: Literal["sprites"] = "sprites"
    preset: str | None = None
    """Name of a preset whose fields these override."""
    every: OffsetField = Offset(Fraction(10), "seconds")
    """Distance between two cells, in seconds or percent."""
    columns: Annotated[int, Field(ge=1, le=50)] = 10
    """Cells side by side in a sheet."""
    rows: Annotated[int, Field(ge=1, le=50)] = 10
    """Fewer if portrait cells would make a sheet higher than browsers show."""
    width: Dimension = 160
    """Width of a cell in pixels."""
    height: Dimension | None = None
    """Height of a cell in pixels; from the picture's aspect ratio when absent."""
    fit: Fit = "pad"
    """How the picture fills a cell when both sides are given."""
    format: StillFormat = "jpg"
    """Format of the files."""
    quality: Quality = 75

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.columns * self.width > LARGEST_SHEET or self.rows * (self.height or 16) > LARGEST_SHEET:
            raise ValueError(
                f"a sheet would be wider or higher than {LARGEST_SHEET} pixels, more than browsers show: use fewer or"
                " smaller cells"
            )
        _check_distance(self.every)
        return self
