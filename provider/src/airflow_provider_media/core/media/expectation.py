"""What a planned file must turn out to be; verification compares it with what its packets say."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

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
    """Fewest frames, where uneven frame times are kept: those of the source."""
    lead: float = 0.0
    """Seconds that may come on top: a copy begins at the keyframe before its cut."""


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
    """Seconds that may come on top, as with the picture."""
    gapless: bool = True
    """Whether its packets follow each other; those of a copy do as in its source."""
    language: str = ""
    title: str = ""
    role: TrackRole = "main"
    """Compared where the container tells of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedImage:
    """A planned picture, or each one of a numbered series."""

    format: str
    """jpg, png, webp or gif."""
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What one file must hold: streams in this order and no others, or one picture."""

    video: tuple[ExpectedVideo, ...] = ()
    audio: tuple[ExpectedAudio, ...] = ()
    image: ExpectedImage | None = None
