"""Plan: the data between deciding and doing; printable, testable and content-addressed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.roles import TrackRole

Role = Literal["final", "rendition", "intermediate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One invocation of a tool, run in the unit's own directory; every path in it is relative to that directory."""

    tool: Literal["ffmpeg", "packager"] = "ffmpeg"
    arguments: tuple[str, ...]
    """What follows the tool's name. The source is always ``file:source``; a sandbox may show it under that name."""
    duration: float = 0.0
    """Seconds of media that the command goes through, for its progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A picture that a unit reads beside its source: a watermark's image, or its text drawn as one."""

    file: str
    """Name in the unit's directory, such as ``overlay_0.png``."""
    image: str | None = None
    """URI of the image."""
    text: str | None = None
    font: str | None = None
    """URI of the font; the built-in one when absent."""
    color: str = "#ffffff"
    line_height: int = 0
    """Height of the text's line in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file that a unit or a package makes, or a numbered series of them."""

    output: str
    """Name of the workflow's output that it belongs to."""
    file: str
    """Name in the unit's directory; of a series, a pattern with one ``%0Nd`` such as ``shots_%05d.jpg``, counted from 1."""
    key: str | None = None
    """Final object key below the output location; of a series, a pattern with one ``%0Nd``, in which other percent signs are doubled.

    None for what is not published by itself."""
    count: int = 1
    """How many files the series has; 1 for a single file."""
    first_number: int = 1
    """Number of the first file in its published key."""
    series: bool = False
    role: Role = "final"
    expect: Expectation
    times: tuple[float, ...] = ()
    """Seconds at which the pictures of a series were taken, one per picture; of sprites, one per cell."""

    def files(self) -> tuple[str, ...]:
        """Names of its files in the unit's directory."""
        return tuple(self.file % (n + 1) for n in range(self.count)) if self.series else (self.file,)

    def published(self) -> tuple[str, ...]:
        """Final keys of its files, in the same order; none where it is not published."""
        if self.key is None:
            return ()
        return tuple(self.key % (n + self.first_number) for n in range(self.count)) if self.series else (self.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDecode:
    """What the packets of a source promise of its video; the first full decode has to find the same."""

    stream: int
    """The stream's index in its file."""
    frames: int
    start: float
    """Seconds of the first frame, as in :class:`~airflow_provider_media.core.media.info.VideoStream`."""
    duration: float
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One ffmpeg invocation (two for two-pass) that decodes the source once for all that it makes."""

    name: str
    """What people read in the map index, such as ``mp4, 720p, 480p and poster``."""
    key: str
    """Content key: SHA-256 of source identity, commands, overlays and tool versions. Equal keys mean equal results."""
    commands: tuple[Command, ...]
    artifacts: tuple[Artifact, ...]
    overlays: tuple[Overlay, ...] = ()
    cost: float
    """Estimated work in seconds of 1080p25 encoding at medium speed: what scheduling and progress weigh by."""
    required: bool = True
    """Whether any of the outputs it makes is required."""
    expected_decode: ExpectedDecode | None = None
    """What the unit's first command has to find in the source; at most one unit of a plan has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One rendition on its way into a package."""

    name: str
    """Folder of its segments, such as ``720p`` or ``audio_eng``."""
    unit: str
    """Key of the unit that made it."""
    file: str
    """Its file in that unit."""
    kind: Literal["video", "audio"]
    language: str = ""
    """BCP 47; empty where it is not known."""
    bitrate: int
    """Peak bits per second, for players' choice."""
    label: str = ""
    """What people read in a player's menu, one for each programme; the folder's name when absent."""
    role: TrackRole = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Renditions of one ladder to be packaged as HLS and DASH from the same CMAF segments."""

    output: str
    key: str
    """Content key, made of the units' keys and the settings."""
    prefix: str
    """Folder of the package below the output location, ending in ``/``."""
    tracks: tuple[Track, ...]
    protocols: tuple[Literal["hls", "dash"], ...]
    segment_duration: Fraction
    """Seconds per segment, exact."""
    frame_rate: Fraction
    """Frames per second of every video track, and the grid's unit; of variable rates, that of the fastest motion."""
    duration: float
    """Seconds."""
    iframe_playlists: bool
    required: bool = True
    has_variable_frame_rate: bool = False
    """Whether the video tracks keep frames at uneven times."""
    closed_captions: bool = False
    """Whether the video tracks bring captions along, to be declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text file that is written from the plan alone: a sprite's WebVTT or a probe report."""

    output: str
    key: str
    """Final object key below the output location."""
    media_type: str
    content: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What an output lacks: all of it or a part, because this source cannot have it, or what it does not take along from the source."""

    output: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one job will do."""

    media: MediaInfo
    units: tuple[Unit, ...]
    packages: tuple[Package, ...] = ()
    documents: tuple[Document, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """What was added to or changed of the source so that outputs play, for people: each begins with the name of its output."""
