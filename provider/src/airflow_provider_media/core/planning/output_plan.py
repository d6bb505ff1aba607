"""Output plans: the artifacts of one output, before they are grouped into units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow_provider_media.core.ffmpeg.graph import Options, Output
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.slices import SourceSpan
from airflow_provider_media.core.outputs import Watermark
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.names import Naming
from airflow_provider_media.core.planning.source_reader import SourceReader
from airflow_provider_media.core.plans import (
    Artifact,
    Document,
    LeftOut,
    Overlay,
    Package,
    PostProcessing,
    QualityComparison,
)

COMMON: Mapping[str, str] = {
    "map_metadata": "-1",  # a private source's places, names and cameras must not be published
    "map_chapters": "-1",
    "fflags": "+bitexact",  # writes neither the time nor the tool's version: equal work gives equal bytes
}
"""Options of every output that holds video or audio."""
NO_PICTURE = "the source has no picture"
"""Why an output of images leaves everything out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMeasurement:
    """Measurement of an encoded video's quality."""

    output: Output
    """The ffmpeg output, which writes nothing but the log."""
    overlays: tuple[Overlay, ...]
    comparison: QualityComparison
    seconds: float
    """Seconds of media that ffmpeg processes."""
    cost: float


def kept_whole_because(encoder: str, *, steady: bool) -> str:
    """Return why no film of these settings is made in slices; empty where it can be.

    :param encoder: the wanted encoder.
    :param steady: whether frames come at one constant rate.
    """
    if not steady:
        return "its frames keep their own times"
    return "" if encoder == "software" else f"encoder: {encoder}, and workers may have other devices"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedForm:
    """How a file is made in slices: its video slice by slice, its audio as a whole."""

    picture: Output
    """The file of the video alone: of one slice, where the reader reads one."""
    alone: Output
    """The same without neighbours, on which the content key depends."""
    sound: Output | None = None
    """The file of all audio tracks."""
    muxing: Options
    """Options of the container in which slices and audio are joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedArtifact:
    """One artifact and the way ffmpeg makes it. One unit makes the artifacts of one pass."""

    label: str
    """Name for people, such as ``720p``."""
    artifact: Artifact
    outputs: tuple[Output, ...]
    """One ffmpeg output, or one per picture where ffmpeg seeks to each picture."""
    cost: float
    """Work beyond decoding, in seconds of 1080p25 encoding at medium speed."""
    seconds: float
    """Seconds of media that ffmpeg processes for the artifact."""
    overlays: tuple[Overlay, ...] = ()
    post_processing: PostProcessing | None = None
    """Work after ffmpeg that makes the artifact's file; ffmpeg itself makes the file when absent."""
    first_pass: Output | None = None
    """Output of the first pass, where there are two passes."""
    measurement: PlannedMeasurement | None = None
    """Measurement of quality, where one is wanted."""
    alone: tuple[Output, ...] = ()
    """Outputs that would make the artifact without its neighbours, on which its content key depends.

    ``outputs`` when empty."""
    span: SourceSpan | None = None
    """The part of the source that ffmpeg reads; all of it when absent."""
    sliced: SlicedForm | None = None
    """How an encoded film is made in slices; None for anything else, and for a film that is always made whole."""
    kept_whole: str = ""
    """Why an encoded film is never made in slices; a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """Everything that one output of the workflow makes."""

    output: str
    required: bool
    artifacts: tuple[PlannedArtifact, ...] = ()
    package: Package | None = None
    """The package without its keys, which are known once the package's units are known."""
    documents: tuple[Document, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """Additions to the source's tracks, described for people."""
    choices: tuple[str, ...] = ()
    """How the output is made where there was a choice, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """Facts that planning shares for all outputs of one job."""

    media: MediaInfo
    naming: Naming
    watermarks: tuple[Watermark, ...] = ()
    """Watermarks of outputs that name none of their own."""
    tone_size: Size | None = None
    """Size in which an HDR video is tone mapped once for all SDR videos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContext:
    """One output to plan: its name, the plan context of its job, and its reader of the source."""

    name: str
    context: PlanContext
    reader: SourceReader

    @property
    def media(self) -> MediaInfo:
        """The source's facts."""
        return self.context.media

    def missing(self, reason: str) -> LeftOut:
        """Return a part of the output that this source cannot provide."""
        return LeftOut(output=self.name, reason=reason)
