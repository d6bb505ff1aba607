"""Groups of outputs that may share units: their candidate plans, what of them is finished, and what is sliced."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.candidates import (
    CandidatePlans,
    candidate_plans,
    chosen_plans,
    is_finished,
    plan_of_slice,
)
from airflow_provider_media.core.planning.output_plan import OutputPlan, PlanContext, PlannedArtifact
from airflow_provider_media.core.planning.slices import VideoSlice
from airflow_provider_media.core.planning.slicing import SlicedArtifact, SliceLimits, sliced_artifacts, slicing_choice
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputGroup:
    """Outputs that may share units: all required outputs of a workflow, or one optional output."""

    candidates: tuple[CandidatePlans, ...]
    context: PlanContext
    builder: UnitBuilder
    limits: SliceLimits

    @property
    def content_keys(self) -> Iterator[str]:
        """Content keys of all artifacts that the group may make."""
        yield from chain.from_iterable(each.content_keys for each in self.candidates)
        for sliced in self.sliced(self.chosen(())).values():
            yield from sliced.content_keys

    def chosen(self, finished: Collection[str]) -> Sequence[tuple[OutputPlan, bool]]:
        """Return the plan of each output, and whether the output seeks."""
        return list(chosen_plans(self.candidates, self.context.media, finished).values())

    def sliced(self, chosen: Sequence[tuple[OutputPlan, bool]]) -> Mapping[str, SlicedArtifact]:
        """Return the artifacts that are encoded in slices, by the content keys of their unsliced form."""
        by_name = {each.name: each for each in self.candidates}

        @cache
        def of_slice(output: str, part: VideoSlice) -> Mapping[str, PlannedArtifact]:
            return plan_of_slice(by_name[output], self.context, part)

        def replan(planned: PlannedArtifact, part: VideoSlice) -> PlannedArtifact:
            return of_slice(planned.artifact.output, part)[planned.artifact.file]

        return sliced_artifacts(_passing(chosen), self.slices(chosen), replan, self.builder)

    def slices(self, chosen: Sequence[tuple[OutputPlan, bool]]) -> tuple[VideoSlice, ...]:
        """Return the slices of the source; none where slices are not wanted."""
        return self.limits.slices(_passing(chosen), self.context.media)


def output_group(
    outputs: Sequence[tuple[str, OutputSpec]],
    context: PlanContext,
    builder: UnitBuilder,
    limits: SliceLimits,
) -> OutputGroup:
    """Return a group of outputs.

    :raises OutputTooLarge: when a required output is too large.
    """
    candidates = tuple(candidate_plans(name, spec, context, builder) for name, spec in outputs)
    return OutputGroup(candidates=candidates, context=context, builder=builder, limits=limits)


def planned_group(group: OutputGroup, finished: Collection[str]) -> tuple[list[OutputPlan], list[Unit]]:
    """Return the plans of a group's outputs, and their units.

    :param finished: content keys of finished artifacts.
    """
    chosen = group.chosen(finished)
    sliced = {key: each for key, each in group.sliced(chosen).items() if key not in finished}
    required = group.candidates[0].spec.required
    passing: list[PlannedArtifact] = []
    seeking: list[PlannedArtifact] = []
    for output_plan, seeks in chosen:
        own = [each for each in output_plan.artifacts if each.artifact.content_key not in sliced]
        (seeking if seeks else passing).extend(own)
    open_joins = [each for each in sliced.values() if not is_finished(each.whole, finished)]
    passing += [each.sound for each in open_joins if each.sound]
    # All artifacts of one slice share its decode.
    rounds = zip(*(each.slices for each in open_joins), strict=True)

    def units(
        passing: Sequence[PlannedArtifact],
        seeking: Sequence[PlannedArtifact] = (),
        *,
        budget: float = group.limits.budget,
    ) -> Iterator[Unit]:
        for done in (False, True):
            yield from group.builder.units(
                [each for each in passing if is_finished(each, finished) == done],
                [each for each in seeking if is_finished(each, finished) == done],
                required=required,
                budget=budget,
                is_finished=done,
            )

    made = [*units(passing, seeking), *chain.from_iterable(units(each, budget=math.inf) for each in rounds)]
    joins = [
        each.unit(group.builder, required=required, is_finished=is_finished(each.whole, finished))
        for each in sliced.values()
    ]
    slices = group.slices(chosen)

    def choices(plan: OutputPlan) -> tuple[str, ...]:
        made = [each for each in plan.artifacts if slices and not is_finished(each, finished)]
        reasons = (slicing_choice(each, slices, group.context.media) for each in made)
        return tuple(dict.fromkeys(filter(None, reasons)))

    return [replace(plan, choices=choices(plan)) for plan, _ in chosen], [*made, *joins]


def _passing(chosen: Sequence[tuple[OutputPlan, bool]]) -> list[PlannedArtifact]:
    """Return the artifacts that share a pass over the whole source."""
    return list(chain.from_iterable(plan.artifacts for plan, seeks in chosen if not seeks))
