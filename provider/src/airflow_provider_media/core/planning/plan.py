"""Plan of a job, made from the facts of a source and a workflow: units, their artifacts, and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from airflow_provider_media.core.media.errors import SourceError
from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.outputs import OutputSpec, Watermark
from airflow_provider_media.core.planning.decode_checks import with_decode_check
from airflow_provider_media.core.planning.excess import refuse_too_many_files
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.grouping import OutputGroup, output_group, planned_group
from airflow_provider_media.core.planning.names import Naming, SourceIdentity, refuse_collisions
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.planning.output_plan import OutputPlan, PlanContext
from airflow_provider_media.core.planning.slicing import MOST_SLICES, SliceLimits, Slicing
from airflow_provider_media.core.planning.timing import exact_rate, rate_note
from airflow_provider_media.core.planning.toning import display_size, tone_size
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Package, Plan, Unit
from airflow_provider_media.core.serde import digest, to_json

__all__ = ["Location", "PlannedWorkflow", "SourceIdentity", "artifact_keys", "make_plan"]

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
    def outputs(self) -> Mapping[str, OutputSpec]:
        """Wanted outputs by name."""

    @property
    def watermarks(self) -> tuple[Watermark, ...]:
        """Watermarks of outputs that name none of their own."""

    @property
    def integrity(self) -> str:
        """``strict`` or ``tolerant``."""

    @property
    def slicing(self) -> Slicing:
        """``auto``, ``off`` or the seconds of a slice."""

    @property
    def output(self) -> Location:
        """The location of outputs."""


def make_plan(
    workflow: PlannedWorkflow,
    media: MediaInfo,
    *,
    source: SourceIdentity,
    tools: str,
    job_id: str = "",
    unit_cost: float = UNIT_COST,
    overlays: Mapping[str, str] | None = None,
    finished: Collection[str] = (),
) -> Plan:
    """Decide everything that one job will do.

    Required outputs that need the whole source share one pass over it. Outputs that need little of the source join that
    pass. Without such a pass, these outputs seek where seeking costs less. Every optional output has units of its own,
    so that its failure harms no other output. Finished artifacts have units of their own, too, which do nothing unless
    an artifact is removed meanwhile.

    :param tools: tool versions, on which content keys depend.
    :param unit_cost: work above which a unit is split, in seconds of 1080p25 encoding at medium speed.
    :param overlays: versions of watermarks' images and fonts by URI, on which content keys depend as well.
    :param finished: content keys of finished artifacts, among those of ``artifact_keys``.
    :raises SourceError: when nothing at all can be made of the source.
    :raises WorkflowInvalid: when a key is unsafe, or two files would have the same key.
    :raises OutputTooLarge: when a required output would have more pictures, tracks or files than are allowed, or when
        all outputs together would have too many files.
    """
    # Before publication, the deferred decode is checked.
    probed, media = media, replace(media, is_decode_deferred=False)
    context = plan_context(workflow, media, source=source, job_id=job_id)
    builder = UnitBuilder(media=media, source=source, tools=tools, versions=overlays or {})
    plans, units = _planned(workflow, _groups(workflow, context, builder, unit_cost), finished)
    units = with_decode_check(units, workflow.outputs, probed)
    refuse_too_many_files(plans)
    plan = Plan(
        media=media,
        units=tuple(units),
        packages=tuple(_package(output_plan.package, units, tools) for output_plan in plans if output_plan.package),
        documents=tuple(chain.from_iterable(output_plan.documents for output_plan in plans)),
        left_out=tuple(chain.from_iterable(output_plan.left_out for output_plan in plans)),
        notes=(*_rate_notes(media.main_video, units), *_named((each.output, each.notes) for each in plans)),
        choices=tuple(_named((each.output, each.choices) for each in plans)),
    )
    _refuse_nothing(plan)
    refuse_collisions(_keys(plan))
    return plan


def artifact_keys(
    workflow: PlannedWorkflow,
    media: MediaInfo,
    *,
    source: SourceIdentity,
    tools: str,
    unit_cost: float = UNIT_COST,
    overlays: Mapping[str, str] | None = None,
) -> frozenset[str]:
    """Return the content keys of all artifacts that a plan may name; an output may be made in more than one way.

    The parameters are those of ``make_plan``.
    """
    media = replace(media, is_decode_deferred=False)
    context = plan_context(workflow, media, source=source)
    builder = UnitBuilder(media=media, source=source, tools=tools, versions=overlays or {})
    groups = _groups(workflow, context, builder, unit_cost)
    return frozenset(chain.from_iterable(group.content_keys for group in groups))


def plan_context(
    workflow: PlannedWorkflow, media: MediaInfo, *, source: SourceIdentity, job_id: str = ""
) -> PlanContext:
    """Return what planning shares for all outputs of one job."""
    naming = Naming(source=source, template=workflow.output.path, workflow=workflow.name, job_id=job_id)
    tone_size = _tone_size(workflow, media.main_video)
    return PlanContext(media=media, naming=naming, watermarks=workflow.watermarks, tone_size=tone_size)


def _planned(
    workflow: PlannedWorkflow, groups: Iterable[OutputGroup], finished: Collection[str]
) -> tuple[list[OutputPlan], list[Unit]]:
    """Return the plans of the outputs, in the workflow's order, and their units, of which those that join come last."""
    plans: list[OutputPlan] = []
    units: list[Unit] = []
    for group in groups:
        made, built = planned_group(group, finished)
        plans += made
        units += built
    names_in_order = list(workflow.outputs)
    units.sort(key=lambda unit: unit.join is not None)
    return sorted(plans, key=lambda output_plan: names_in_order.index(output_plan.output)), units


def _named(texts: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Yield texts about outputs, each after the name of its output."""
    for output, own in texts:
        yield from (f"{output}: {text}" for text in own)


def _tone_size(workflow: PlannedWorkflow, video: VideoStream | None) -> Size | None:
    """Return the size in which an HDR video is tone mapped once for all outputs; None without a video."""
    if video is None:
        return None
    sizes: list[Size] = []
    for spec in workflow.outputs.values():
        sizes += kind_of(spec).sdr_sizes(display_size(video), spec)
    return tone_size(sizes)


def _rate_notes(video: VideoStream | None, units: Sequence[Unit]) -> Iterator[str]:
    """Yield why encoded videos have their frame rate, where the source's frames come at uneven times."""
    artifacts = chain.from_iterable(unit.artifacts for unit in units)
    expected = chain.from_iterable(artifact.expect.video for artifact in artifacts)
    if video and any(stream.frame_rate == exact_rate(video) for stream in expected) and (note := rate_note(video)):
        yield note


def _groups(
    workflow: PlannedWorkflow, context: PlanContext, builder: UnitBuilder, budget: float
) -> Iterator[OutputGroup]:
    """Yield the outputs that may share units: all required outputs together, each optional output by itself."""
    required = [(name, spec) for name, spec in workflow.outputs.items() if spec.required]
    optional = [[(name, spec)] for name, spec in workflow.outputs.items() if not spec.required]
    groups = [*([required] if required else []), *optional]
    limits = SliceLimits(slicing=workflow.slicing, budget=budget, most=max(2, MOST_SLICES // len(groups)))
    yield from (output_group(outputs, context, builder, limits) for outputs in groups)


def _package(package: Package, units: Sequence[Unit], tools: str) -> Package:
    """Return the package with its own key, and with the content keys of its tracks' renditions."""
    artifacts = chain.from_iterable(unit.artifacts for unit in units)
    keys = {artifact.file: artifact.content_key for artifact in artifacts}
    placed = replace(package, tracks=tuple(replace(track, artifact=keys[track.file]) for track in package.tracks))
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
