"""Views of a previewed plan for people who write workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.execution.preview import Basis, SourceFacts
from airflow_provider_media.core.execution.preview_warnings import PlanWarning, plan_warnings
from airflow_provider_media.core.media.info import AudioStream, VideoStream
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.estimates import ArtifactEstimate, artifact_estimates, processor_seconds
from airflow_provider_media.core.plans import Plan, Unit
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.workflows.model import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVideoView:
    """The video of a source that is processed."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    codec: str
    width: int
    """Pixels as people see them: upright, in square pixels."""
    height: int
    rotation: int
    """Clockwise degrees by which a player turns the picture."""
    frame_rate: float
    """Frames per second; the average where frames come at uneven times."""
    constant_frame_rate: bool
    interlaced: bool
    dynamic_range: str
    """`sdr`, `hdr10`, `hlg` or `dolby_vision`."""
    bit_rate: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAudioView:
    """One audio track of a source."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    codec: str
    channels: int
    sample_rate: int
    """Hertz."""
    language: str
    bit_rate: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """Facts of a source."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    uri: str
    """URI of the source, without a signature."""
    size: int
    """Bytes."""
    format: str
    """ffprobe's name of the container."""
    duration: float
    """Seconds."""
    basis: Basis
    """`decoded` if the source was decoded as a job does; `packets` if only its header, its packets and its first
    keyframes were read, so that damage and changes in mid-stream are not known."""
    video: SourceVideoView | None
    audio: tuple[SourceAudioView, ...]
    subtitles: int
    """Number of subtitle tracks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """One kind of file that an output consists of: a file, a rung, an audio rendition or a series of pictures."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    """Name of a rung or audio rendition; the output's name for any other file."""
    keys: tuple[str, ...]
    """First key of the files below the output location; none for a rendition, which is published in a package."""
    count: int
    """Number of files."""
    codec: str
    """Codec of the picture, else of the sound; format of an image; empty for other data."""
    width: int | None
    height: int | None
    frame_rate: float | None
    duration: float | None
    """Seconds; absent for images."""
    estimated_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOutput:
    """One output of the workflow as the plan makes it."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    kind: str
    required: bool
    units: tuple[str, ...]
    """Names of the units of work that make it."""
    files: tuple[PlannedFile, ...]
    estimated_bytes: int
    width: int | None = None
    """Width of its largest picture."""
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUnit:
    """One unit of work: one task of the job, which decodes the source once for all its outputs."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    outputs: tuple[str, ...]
    cost: float
    """Work in seconds of encoding 1080p25 as H.264 at medium speed; right within a factor of two."""
    estimated_processor_seconds: float
    """Seconds of processor time, of all cores together."""
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What a job of a workflow would do with a source."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    workflow: str
    source: SourceView
    outputs: tuple[PlannedOutput, ...]
    units: tuple[PlannedUnit, ...]
    estimated_bytes: int
    """Bytes of all outputs. Stated bit rates are taken as they are; constant quality depends on the picture and is
    meant to be right within a factor of three."""
    estimated_processor_seconds: float
    """Seconds of processor time for all units, of all cores together."""
    choices: tuple[str, ...]
    """How outputs are made where there was a choice, such as slices; each begins with the name of its output."""
    is_in_one_task: bool
    """Whether the job's first task would do all of its work, because the work is short."""
    warnings: tuple[PlanWarning, ...]


def plan_view(
    workflow: Workflow, source: str, facts: SourceFacts, plan: Plan, warnings: Sequence[PlanWarning] = ()
) -> PlanView:
    """Return the view of a plan.

    :param warnings: warnings about the workflow itself.
    """
    estimates = tuple(artifact_estimates(plan, workflow.outputs))
    outputs = tuple(_output(name, spec, plan, estimates) for name, spec in workflow.outputs.items())
    units = tuple(map(_unit, plan.units))
    return PlanView(
        workflow=workflow.name,
        source=_source(source, facts),
        outputs=outputs,
        units=units,
        estimated_bytes=sum(output.estimated_bytes for output in outputs),
        estimated_processor_seconds=round(sum(unit.estimated_processor_seconds for unit in units), 3),
        choices=plan.choices,
        is_in_one_task=plan.is_in_one_task,
        warnings=(*warnings, *plan_warnings(workflow.outputs, facts, plan)),
    )


def _source(uri: str, facts: SourceFacts) -> SourceView:
    media = facts.media
    return SourceView(
        uri=redact(uri),
        size=media.size,
        format=media.format,
        duration=round(media.duration, 3),
        basis=facts.basis,
        video=_video(media.main_video) if media.main_video else None,
        audio=tuple(map(_audio, media.audio)),
        subtitles=len(media.subtitles),
    )


def _video(video: VideoStream) -> SourceVideoView:
    return SourceVideoView(
        codec=video.codec,
        width=video.display_width,
        height=video.display_height,
        rotation=video.rotation,
        frame_rate=round(float(video.frame_rate), 3),
        constant_frame_rate=video.constant_frame_rate,
        interlaced=video.interlaced,
        dynamic_range=video.dynamic_range,
        bit_rate=video.bit_rate,
    )


def _audio(track: AudioStream) -> SourceAudioView:
    return SourceAudioView(
        codec=track.codec,
        channels=track.channels,
        sample_rate=track.sample_rate,
        language=track.language,
        bit_rate=track.bit_rate,
    )


def _output(name: str, spec: OutputSpec, plan: Plan, estimates: Sequence[ArtifactEstimate]) -> PlannedOutput:
    own = [each for each in estimates if each.artifact.output == name]
    files = [_file(each) for each in own]
    documents = [document for document in plan.documents if document.output == name]
    files += [_document(name, document.key, len(document.content.encode())) for document in documents]
    largest = max(files, key=lambda file: (file.width or 0) * (file.height or 0), default=None)
    return PlannedOutput(
        name=name,
        kind=spec.kind,
        required=spec.required,
        units=tuple(unit.name for unit in plan.units if any(made.output == name for made in unit.artifacts)),
        files=tuple(files),
        estimated_bytes=sum(file.estimated_bytes for file in files),
        width=largest.width if largest else None,
        height=largest.height if largest else None,
    )


def _file(estimate: ArtifactEstimate) -> PlannedFile:
    artifact, expect = estimate.artifact, estimate.artifact.expect
    video = expect.video[0] if expect.video else None
    shown = video or expect.image
    moving = video or (expect.audio[0] if expect.audio else None)
    form = expect.image.format if expect.image else ""
    return PlannedFile(
        name=estimate.rendition or artifact.output,
        keys=artifact.published()[:1],
        count=artifact.count,
        codec=moving.codec if moving else form,
        width=shown.width if shown else None,
        height=shown.height if shown else None,
        frame_rate=round(float(video.frame_rate), 3) if video and video.frame_rate else None,
        duration=round(moving.duration, 3) if moving else None,
        estimated_bytes=estimate.size,
    )


def _document(name: str, key: str, size: int) -> PlannedFile:
    facts: Mapping[str, None] = dict.fromkeys(("width", "height", "frame_rate", "duration"))
    return PlannedFile(name=name, keys=(key,), count=1, codec="", estimated_bytes=size, **facts)


def _unit(unit: Unit) -> PlannedUnit:
    return PlannedUnit(
        name=unit.name,
        outputs=tuple(dict.fromkeys(artifact.output for artifact in unit.artifacts)),
        cost=unit.cost,
        estimated_processor_seconds=processor_seconds(unit),
        required=unit.required,
    )
