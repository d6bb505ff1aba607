"""The plan of a job: the data between planning and processing; printable, testable and content-addressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.media.hardware import HardwareEncoder
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.roles import TrackRole
from airflow_provider_media.core.media.slices import Join, SourceSpan

Role = Literal["final", "rendition", "intermediate"]
PLAN_VERSION: Literal[3] = 3
"""Version of the JSON form of a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareEncode:
    """One file whose video a hardware encoder makes."""

    encoder: HardwareEncoder
    file: str
    """Name in the unit's directory."""
    test_arguments: tuple[str, ...]
    """Arguments of ffmpeg for a test encode: a few generated frames by the same encoder with the same options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One invocation of a tool in the unit's own directory. Every path in it is relative to that directory."""

    tool: Literal["ffmpeg", "packager"] = "ffmpeg"
    arguments: tuple[str, ...]
    """Arguments after the tool's name. The source is always ``file:source``.

    A sandbox may show the source under that name."""
    duration: float = 0.0
    """Seconds of media that the command processes: the measure of its progress."""
    hardware: tuple[HardwareEncode, ...] = ()
    """Files that need a device of the worker; the command is an error where a test encode fails."""
    alternatives: tuple[Command, ...] = ()
    """The same work by hardware encoders. The worker takes the first one whose test encodes succeed, else this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """An image that a unit reads beside its source: a watermark's image, or a watermark's text drawn as an image."""

    file: str
    """Name in the unit's directory, such as ``overlay_0.png``."""
    image: str | None = None
    """URI of the image."""
    text: str | None = None
    font: str | None = None
    """URI of the font; the built-in font when absent."""
    color: str = "#ffffff"
    line_height: int = 0
    """Height of the line of text in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostProcessing:
    """Work of an output kind on what a unit's commands wrote, such as drawing; it makes an artifact's file."""

    kind: str
    """Output kind whose function ``post_process`` does the work."""
    settings: Mapping[str, Any]
    """Arguments of that function; JSON values only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file that a unit or a package makes, or a numbered series of them."""

    output: str
    """Name of the workflow's output that the artifact belongs to."""
    content_key: str = ""
    """SHA-256 of source identity, the commands that would make the artifact alone, overlays, post-processing and tools.

    Equal keys mean equal results. Empty until the artifact is planned completely.
    """
    file: str
    """File name in the unit's directory.

    For a series: a pattern with one ``%0Nd`` such as ``shots_%05d.jpg``, counted from 1."""
    key: str | None = None
    """Final object key below the output location; None where the artifact is not published by itself.

    For a series: a pattern with one ``%0Nd``, in which other percent signs are doubled."""
    count: int = 1
    """Number of files in the series; 1 for a single file."""
    first_number: int = 1
    """Number of the first file in its published key."""
    series: bool = False
    role: Role = "final"
    expect: Expectation
    times: tuple[float, ...] = ()
    """Seconds at which the pictures of a series were taken: one per picture, or one per cell of a sprite."""

    def files(self) -> tuple[str, ...]:
        """Return the names of the artifact's files in the unit's directory."""
        return tuple(self.file % (n + 1) for n in range(self.count)) if self.series else (self.file,)

    def published(self) -> tuple[str, ...]:
        """Return the final keys of the artifact's files, in the same order; none where nothing is published."""
        if self.key is None:
            return ()
        return tuple(self.key % (n + self.first_number) for n in range(self.count)) if self.series else (self.key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDecode:
    """The video that a source's packets promise. The first full decode has to find the same video."""

    stream: int
    """The stream's index in its file."""
    frames: int
    start: float
    """Seconds of the first frame, as in :class:`~airflow_provider_media.core.media.info.VideoStream`."""
    duration: float
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityComparison:
    """How an encoded video is compared with its reference."""

    model: str
    """Name of the model of VMAF, such as ``vmaf_v0.6.1``."""
    width: int
    """Pixels of both pictures when they are compared."""
    height: int
    is_sampled: bool
    """Whether samples stand for the whole video, because it is long."""
    log: str
    """Name of the file for the scores."""
    times: str
    """Name of the file for the times of the compared frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Measurement of the quality of one encoded video, after its unit has made it."""

    output: str
    rendition: str
    """Name for people, such as ``720p``; the output's name where the output has one video."""
    artifact: str
    """Content key of the encoded video."""
    file: str
    """Name of the encoded video's file in its unit."""
    key: str
    """Content key of the measurement. Equal keys mean equal scores."""
    command: Command
    overlays: tuple[Overlay, ...] = ()
    comparison: QualityComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One ffmpeg invocation (two for two-pass encoding) that decodes the source once for all its artifacts.

    A unit with a join reads files of other units instead. A unit without artifacts only decodes the source.
    """

    name: str
    """Name that people read in the map index, such as ``mp4, 720p, 480p and poster``."""
    commands: tuple[Command, ...]
    artifacts: tuple[Artifact, ...]
    overlays: tuple[Overlay, ...] = ()
    post_processing: tuple[PostProcessing, ...] = ()
    """Work after the commands, in this order."""
    cost: float
    """Estimated work in seconds of 1080p25 encoding at medium speed: the weight for scheduling and progress."""
    required: bool = True
    """Whether any output that the unit makes is required."""
    expected_decode: ExpectedDecode | None = None
    """The video that the unit's first command has to find in the source. At most one unit of a plan has this field."""
    measurements: tuple[Measurement, ...] = ()
    """Measurements of quality, after the unit's files are made."""
    span: SourceSpan | None = None
    """The part of the source that the commands read; all of it when absent."""
    join: Join | None = None
    is_finished: bool = False
    """Whether every artifact was finished before the plan was made.

    The commands make them again if they are removed meanwhile."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Content keys of the artifacts."""
        return tuple(dict.fromkeys(artifact.content_key for artifact in self.artifacts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One rendition that goes into a package."""

    name: str
    """Folder of the track's segments, such as ``720p`` or ``audio_eng``."""
    artifact: str = ""
    """Content key of the rendition; empty until the ladder is planned completely."""
    file: str
    """File name of the rendition in its unit."""
    kind: Literal["video", "audio"]
    language: str = ""
    """BCP 47 tag; empty where the language is unknown."""
    bitrate: int
    """Peak bits per second, by which players choose."""
    label: str = ""
    """Name in a player's menu, one for each programme; the folder's name when absent."""
    role: TrackRole = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Renditions of one ladder to be packaged as HLS and DASH from the same CMAF segments."""

    output: str
    key: str
    """Content key, made from the renditions' content keys and the settings."""
    prefix: str
    """Folder of the package below the output location, ending in ``/``."""
    tracks: tuple[Track, ...]
    protocols: tuple[Literal["hls", "dash"], ...]
    segment_duration: Fraction
    """Seconds per segment, exact."""
    frame_rate: Fraction
    """Frames per second of every video track, and the unit of the grid.

    For variable frame rates: the rate of the fastest motion."""
    duration: float
    """Seconds."""
    iframe_playlists: bool
    required: bool = True
    has_variable_frame_rate: bool = False
    """Whether the video tracks keep uneven frame times."""
    closed_captions: bool = False
    """Whether the video tracks carry captions, which the manifests declare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text file written from the plan alone: a sprite's WebVTT or a probe report."""

    output: str
    key: str
    """Final object key below the output location."""
    media_type: str
    content: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that an output lacks: the source cannot provide it, or the output does not keep it."""

    output: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that one job will do."""

    media: MediaInfo
    units: tuple[Unit, ...]
    """Units that read the source first, then units with a join."""
    packages: tuple[Package, ...] = ()
    documents: tuple[Document, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """Additions and changes to the source so that outputs play, for people.

    A note about one output begins with the name of that output."""
    choices: tuple[str, ...] = ()
    """How outputs are made where there was a choice, for people; each begins with the name of its output."""
    is_in_one_task: bool = False
    """Whether the job's first task does all of its work, because the work is short."""
    version: Literal[3] = PLAN_VERSION

    @property
    def encodes(self) -> tuple[Unit, ...]:
        """The units that read the source, in any order."""
        return tuple(unit for unit in self.units if unit.join is None)

    @property
    def joins(self) -> tuple[Unit, ...]:
        """The units that join what others have made."""
        return tuple(unit for unit in self.units if unit.join)
