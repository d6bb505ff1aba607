"""Output plans: the artifacts of one output, before they are grouped into units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow_provider_media.core.ffmpeg.graph import Output
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.names import Naming
from airflow_provider_media.core.planning.source_reader import SourceReader
from airflow_provider_media.core.plans import Artifact, Document, LeftOut, Overlay, Package
from airflow_provider_media.core.specs import Watermark

COMMON: Mapping[str, str] = {
    "map_metadata": "-1",  # places, names and cameras of a private source are nobody's business
    "map_chapters": "-1",
    "fflags": "+bitexact",  # neither the time nor the tool's version: equal work gives equal bytes
}
"""Options of every output that holds video or sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedArtifact:
    """One artifact and how ffmpeg makes it; one unit makes the artifacts of one pass."""

    label: str
    """What people call it, such as ``720p``."""
    artifact: Artifact
    outputs: tuple[Output, ...]
    """One, or one per picture where ffmpeg seeks to each."""
    cost: float
    """Work beyond decoding, in seconds of 1080p25 encoding at medium speed."""
    seconds: float
    """Seconds of media that it goes through."""
    overlays: tuple[Overlay, ...] = ()
    first_pass: Output | None = None
    """Of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """All that one output of the workflow makes."""

    output: str
    required: bool
    artifacts: tuple[PlannedArtifact, ...] = ()
    package: Package | None = None
    """Without keys, which are known once its units are."""
    documents: tuple[Document, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """What was added to the source's tracks, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What planning shares for all outputs of one job."""

    media: MediaInfo
    naming: Naming
    watermarks: tuple[Watermark, ...] = ()
    """Of outputs that name none of their own."""
    tone_size: Size | None = None
    """In which an HDR picture is mapped once for all SDR videos."""


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
        """A part that this source cannot have."""
        return LeftOut(output=self.name, reason=reason)
