"""Waveform: a picture and the peaks of one audio track."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from airflow_provider_media.core.media.notation import Offset, OffsetField
from airflow_provider_media.core.outputs.spec import OutputSpec

Color = Annotated[
    str,
    Field(
        pattern=r"^(#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?|transparent)$",
        description='`transparent`, or in quotes red, green, blue and perhaps opacity: "#4a90d9", "#4a90d980".',
    ),
]


class WaveformSpec(OutputSpec):
    """A picture of one audio track over time, and the peaks from which players draw it."""

    kind: Literal["waveform"] = "waveform"
    preset: str | None = None
    """Name of a preset whose fields these override."""
    files: Annotated[tuple[Literal["png", "json"], ...], Field(min_length=1, max_length=2)] = ("png", "json")
    """``png`` is the picture; ``json`` holds the peaks in version 2 of audiowaveform's format."""
    track: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Number of the audio track in the source, counted from 1; the main track when absent."""
    start: OffsetField = Offset(Fraction(0), "seconds")
    """Start time in the source."""
    end: OffsetField | None = None
    """End time in the source; the end of the source when absent."""
    width: Annotated[int, Field(ge=16, le=16_000)] = 1800
    """Width of the picture in pixels; the JSON file has at least one pair of peaks for each."""
    height: Annotated[int, Field(ge=16, le=2160)] = 280
    """Height of the picture in pixels, which the channels share where they are split."""
    color: Color = "#4a90d9"
    background: Color = "transparent"
    split_channels: bool = False
    """Whether each channel has a waveform of its own; otherwise their mean is shown."""
