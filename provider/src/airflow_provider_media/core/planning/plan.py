"""Plan of a job, made from the facts of a source and a workflow: units, their artifacts, and what is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from airflow_provider_media.core.errors import SourceError
from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.planning import cost, names
from airflow_provider_media.core.planning.decode_checks import with_decode_check
from airflow_provider_media.core.planning.excess import refuse_too_many_files, within_limits
from airflow_provider_media.core.planning.laddering import ladder
from airflow_provider_media.core.planning.names import Naming, SourceIdentity, refuse_collisions
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan, PlanContext, PlannedArtifact
from airflow_provider_media.core.planning.picturing import animated, animated_span, due, snapshots, sprites
from airflow_provider_media.core.planning.source_reader import SourceReader
from airflow_provider_media.core.planning.timing import exact_rate, rate_note
from airflow_provider_media.core.planning.toning import tone_size
from airflow_provider_media.core.planning.transcoding import transcode, trim_span
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Document, Package, Plan, Unit
from airflow_provider_media.core.serde import digest, to_json
from airflow_provider_media.core.specs import (
    AnimatedImageSpec,
    LadderSpec,
    ProbeReportSpec,
    SampleSnapshotSpec,
    SnapshotSpec,
    SpriteSpec,
    TranscodeSpec,
    Watermark,
)

__all__ = ["Location", "PlannedWorkflow", "SourceIdentity", "make_plan"]

AnySpec = TranscodeSpec | LadderSpec | SnapshotSpec | SampleSnapshotSpec | AnimatedImageSpec | SpriteSpec | ProbeReportSpec

MAX_SEEKS = 320
"""Limit on pictures of one output that are found by seeking.

Each picture opens the source once more, and the plan holds its command."""
UNIT_COST = 1800.0
"""Cost above which a unit is split for several workers.

It is half an hour of 1080p25 encoding at medium speed."""


class Location(Protocol):
    """The location of outputs."""

    @property
    def path(self) -> str:
        """Template of the outputs' keys."""


class PlannedWorkflow(Protocol):
    """The part of a workflow that the planner needs; ``workflows.model.Workflow`` has it."""

    @property
    def name(self) -> str:
        """Name of the workflow."""

    @property
    def outputs(self) -> Mapping[str, AnySpec]:
        """Wanted outputs by name."""

    @property
    def watermarks(self) -> tuple[Watermark, ...]:
        """Watermarks of outputs that name none of their own."""

    @property
    def integrity(self) -> str:
        """``strict`` or ``tolerant``."""

    @property
    def output(self) -> Location:
        """The location of outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _DecodeNeed:
    """How much of the source an output has to decode."""

    name: str
    spec: AnySpec
    decodes_all: bool
    """Whether the output needs the video of the whole source."""
    seek_cost: float | None
    """Seconds that are decoded when the output seeks; None where the output cannot seek."""
    must_seek: bool = False


def make_plan(
    workflow: PlannedWorkflow,
    media: MediaInfo,
    *,
    source: SourceIdentity,
    tools: str,
    job_id: str = "",
    unit_cost: float = UNIT_COST,
    overlays: Mapping[str, str] | None = None,
) -> Plan:
    """Decide everything that one job will do.

    Required outputs that need the whole source share one pass over it. Outputs that need little of the source join that
    pass. Without such a pass, these outputs seek where seeking costs less. Every optional output has units of its own,
    so that its failure harms no other output.

    :param tools: tool versions, on which content keys depend.
    :param unit_cost: work above which a unit is split, in seconds of 1080p25 encoding at medium speed.
    :param overlays: versions of watermarks' images and fonts by URI, on which content keys depend as well.
    :raises SourceError: when nothing at all can be made of the source.
    :raises WorkflowInvalid: when a key is unsafe, or two files would have the same key.
    :raises OutputTooLarge: when a required output would have more pictures, tracks or files than are allowed, or when
        all outputs together would have too many files.
    """
    probed, media = media, replace(media, is_decode_deferred=False)  # before publication, the deferred decode is checked
    naming = Naming(source=source, template=workflow.output.path, workflow=workflow.name, job_id=job_id)
    video = media.main_video
    size = tone_size(video, workflow.outputs.values()) if video else None
    context = PlanContext(media=media, naming=naming, watermarks=workflow.watermarks, tone_size=size)
    builder = UnitBuilder(media=media, source=source, tools=tools, versions=overlays or {})
    plans, units = [], []
    for needs in _groups(workflow):
        made, built = _group(needs, context, builder, unit_cost)
        plans += made
        units += built
    names_in_order = list(workflow.outputs)
    units = with_decode_check(units, workflow.outputs, probed)
    plans.sort(key=lambda output_plan: names_in_order.index(output_plan.output))
    refuse_too_many_files(plans)
    plan = Plan(
        media=media,
        units=tuple(units),
        packages=tuple(_package(output_plan.package, units, tools) for output_plan in plans if output_plan.package),
        documents=tuple(document for output_plan in plans for document in output_plan.documents),
        left_out=tuple(reason for output_plan in plans for reason in output_plan.left_out),
        notes=(*_rate_notes(video, units), *(f"{output_plan.output}: {note}" for output_plan in plans for note in output_plan.notes)),
    )
    _refuse_nothing(plan)
    refuse_collisions(_keys(plan))
    return plan


def _rate_notes(video: VideoStream | None, units: Sequence[Unit]) -> Iterator[str]:
    """Yield why encoded videos have their frame rate, where the source's frames come at uneven times."""
    expected = [stream for unit in units for artifact in unit.artifacts for stream in artifact.expect.video]
    if video and any(stream.frame_rate == exact_rate(video) for stream in expected) and (note := rate_note(video)):
        yield note


def _groups(workflow: PlannedWorkflow) -> Iterator[list[tuple[str, AnySpec]]]:
    """Yield the outputs that may share units: all required outputs together, each optional output by itself."""
    if required := [(name, spec) for name, spec in workflow.outputs.items() if spec.required]:
        yield required
    yield from ([(name, spec)] for name, spec in workflow.outputs.items() if not spec.required)


def _group(
    outputs: Sequence[tuple[str, AnySpec]], context: PlanContext, builder: UnitBuilder, budget: float
) -> tuple[list[OutputPlan], list[Unit]]:
    needs = [_need(name, spec, context) for name, spec in outputs]
    one_pass = _one_pass(needs, context.media)
    plans: list[OutputPlan] = []
    passing: list[PlannedArtifact] = []
    seeking: list[PlannedArtifact] = []
    for need in needs:
        seek = need.must_seek or (need.seek_cost is not None and not one_pass)
        output_plan = within_limits(
            _output_plan(OutputContext(name=need.name, context=context, reader=SourceReader(media=context.media, seek=seek)), need.spec)
        )
        plans.append(output_plan)
        (seeking if seek else passing).extend(output_plan.artifacts)
    required = outputs[0][1].required
    return plans, builder.units(passing, seeking, required=required, budget=budget)


def _one_pass(needs: Sequence[_DecodeNeed], media: MediaInfo) -> bool:
    """Return whether outputs that could seek join a pass over the whole source instead."""
    seeking = sum(need.seek_cost for need in needs if need.seek_cost is not None and not need.must_seek)
    return any(need.decodes_all for need in needs) or seeking >= media.duration or not _seekable(media)


def _seekable(media: MediaInfo) -> bool:
    """Return whether a seek finds its frame for sure by the file's index; in a damaged file, nobody knows."""
    return bool({"mov", "mp4", "matroska"} & set(media.format.split(","))) and not media.is_damaged


def _need(name: str, spec: AnySpec, context: PlanContext) -> _DecodeNeed:
    seek_cost, must = None, False
    output = OutputContext(name=name, context=context, reader=SourceReader(media=context.media))
    video = context.media.main_video
    if isinstance(spec, TranscodeSpec):
        span = trim_span(context.media, spec)
        if span and not span.whole:
            seek_cost = span.seconds + cost.seek_seconds(context.media, 1)
            must = "copy" in (spec.video, spec.audio) or _two_pass(spec)
    elif isinstance(spec, SnapshotSpec | SampleSnapshotSpec) and video:
        pictures = len(due(output, video, spec).times)
        seek_cost = cost.seek_seconds(context.media, pictures) if pictures <= MAX_SEEKS else None
    elif isinstance(spec, AnimatedImageSpec) and (span := animated_span(output, spec)):
        seek_cost = span.seconds + cost.seek_seconds(context.media, 1)
    return _DecodeNeed(name=name, spec=spec, decodes_all=seek_cost is None and _decodes(spec), seek_cost=seek_cost, must_seek=must)


def _two_pass(spec: TranscodeSpec) -> bool:
    return getattr(spec.video, "passes", 1) == 2


def _decodes(spec: AnySpec) -> bool:
    if isinstance(spec, TranscodeSpec):
        return not spec.audio_only and spec.video not in ("copy", "drop") and not _two_pass(spec)
    return not isinstance(spec, ProbeReportSpec)


def _output_plan(output: OutputContext, spec: AnySpec) -> OutputPlan:
    match spec:
        case TranscodeSpec():
            return transcode(output, spec)
        case LadderSpec():
            return ladder(output, spec)
        case SnapshotSpec() | SampleSnapshotSpec():
            return snapshots(output, spec)
        case AnimatedImageSpec():
            return animated(output, spec)
        case SpriteSpec():
            return sprites(output, spec)
        case ProbeReportSpec():
            return _report(output, spec)


def _report(output: OutputContext, spec: ProbeReportSpec) -> OutputPlan:
    key = output.context.naming.file(names.NamedOutput(name=output.name, path=spec.path), "json")
    content = json.dumps(to_json(output.media), indent=2, ensure_ascii=False) + "\n"
    document = Document(output=output.name, key=key, media_type="application/json", content=content, required=spec.required)
    return OutputPlan(output=output.name, required=spec.required, documents=(document,))


def _package(package: Package, units: Sequence[Unit], tools: str) -> Package:
    """Return the package with its own key, and with the keys of the units that make its tracks."""
    makers = {artifact.file: unit.key for unit in units for artifact in unit.artifacts}
    placed = replace(package, tracks=tuple(replace(track, unit=makers[track.file]) for track in package.tracks))
    # The prefix is not part of the key: the same package at another place is the same work.
    return replace(placed, key=digest({"package": to_json(replace(placed, prefix="", required=True)), "tools": tools}))


def _refuse_nothing(plan: Plan) -> None:
    if not plan.units and not plan.documents:
        reasons = "; ".join(f"{left.output}: {left.reason}" for left in plan.left_out)
        raise SourceError(f"nothing that the workflow wants can be made of this source ({reasons})")


def _keys(plan: Plan) -> Iterator[tuple[str, str]]:
    for unit in plan.units:
        for artifact in unit.artifacts:
            yield from ((artifact.output, key) for key in artifact.published())
    yield from ((package.output, package.prefix) for package in plan.packages)
    yield from ((document.output, document.key) for document in plan.documents)
