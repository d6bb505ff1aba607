"""Slices of a video: which part of the source they read, and how they are joined."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpan:
    """A part of a source's video."""

    stream: int
    """The stream's index in its file."""
    start: float
    """Seconds on the clock of the file."""
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedPart:
    """A file of another unit that goes into a joined file."""

    artifact: str
    """Content key of the artifact."""
    file: str
    """Name in its unit's directory."""
    frames: int = 0
    """Frames of a slice; 0 for audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """What a unit joins, without encoding: the slices of one video in their order, and its audio."""

    slices: tuple[JoinedPart, ...]
    sound: JoinedPart | None = None
    frame_rate: Fraction
    """Frames per second of the video, exact."""

    @property
    def parts(self) -> tuple[JoinedPart, ...]:
        """All files."""
        return (*self.slices, *([self.sound] if self.sound else []))
