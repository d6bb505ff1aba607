"""Expected facts of a planned file; verification compares them with the file's packets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from airflow_provider_media.core.media.roles import TrackRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedVideo:
    """A planned video stream."""

    codec: str
    """ffprobe's codec name: h264, hevc, av1, vp9, gif, webp."""
    width: int
    height: int
    frame_rate: Fraction | None = None
    """Exact frames per second; absent where uneven frame times are kept."""
    duration: float
    """Seconds."""
    bit_depth: int | None = None
    gop_frames: int | None = None
    """Frames between keyframes where the grid must be exact."""
    least_frames: int | None = None
    """Fewest frames, where uneven frame times are kept: the frames of the source."""
    lead: float = 0.0
    """Seconds that may come on top: a stream copy begins at the keyframe before its cut."""
    is_copy: bool = False
    """Whether it is a stream copy, whose first packets may refer to frames that were cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAudio:
    """A planned audio stream."""

    codec: str
    """ffprobe's codec name: aac, opus, mp3, flac, vorbis, pcm_s16le."""
    channels: int | None = None
    sample_rate: int | None = None
    duration: float
    """Seconds."""
    lead: float = 0.0
    """Seconds that may come on top, as with video."""
    gapless: bool = True
    """Whether packets follow each other without gaps; packets of a stream copy keep the gaps of the source."""
    language: str = ""
    title: str = ""
    role: TrackRole = "main"
    """Compared where the container states a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedImage:
    """A planned image, or each image of a numbered series."""

    format: str
    """jpg, png, webp or gif."""
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedData:
    """A planned data file that its output kind verifies."""

    kind: str
    """Output kind whose function ``verify`` reads the file."""
    facts: Mapping[str, Any]
    """What that function compares with the file; JSON values only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Expected content of one file: these streams in this order and no others, or one image, or data."""

    video: tuple[ExpectedVideo, ...] = ()
    audio: tuple[ExpectedAudio, ...] = ()
    image: ExpectedImage | None = None
    data: ExpectedData | None = None
