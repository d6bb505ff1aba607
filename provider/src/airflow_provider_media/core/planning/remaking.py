"""Remaking: the units that make some artifacts of a plan again, when the others are finished."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.candidates import CandidatePlans, candidate_plans
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.output_plan import PlannedArtifact
from airflow_provider_media.core.planning.plan import UNIT_COST, PlannedWorkflow, plan_context
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Unit


def units_of_keys(
    keys: Collection[str],
    workflow: PlannedWorkflow,
    media: MediaInfo,
    *,
    required: bool,
    source: SourceIdentity,
    tools: str,
    overlays: Mapping[str, str] | None = None,
) -> list[Unit]:
    """Return the units that make the artifacts with these content keys, each in the way that its key stands for.

    A key that stands for no artifact any more, because a watermark or a tool has changed, is in none of the units.

    :param required: whether the artifacts are required.
    """
    context = plan_context(workflow, media, source=source)
    builder = UnitBuilder(media=media, source=source, tools=tools, versions=overlays or {})
    missing, passing, seeking = set(keys), list[PlannedArtifact](), list[PlannedArtifact]()
    for name, spec in workflow.outputs.items():
        for planned, seeks in _ways(candidate_plans(name, spec, context, builder)):
            if planned.artifact.content_key in missing:
                missing.remove(planned.artifact.content_key)
                (seeking if seeks else passing).append(planned)
    return builder.units(passing, seeking, required=required, budget=UNIT_COST)


def _ways(candidates: CandidatePlans) -> Iterator[tuple[PlannedArtifact, bool]]:
    """Yield the artifacts of all ways in which an output can be made, and whether each of them seeks."""
    for plan, seeks in ((candidates.passing, False), (candidates.seeking, True)):
        if plan:
            yield from ((planned, seeks) for planned in plan.artifacts)
