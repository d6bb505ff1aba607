"""Candidate plans: the ways in which each output can be made, before one of them is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.excess import within_limits
from airflow_provider_media.core.planning.output_kind import DecodeNeed
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan, PlanContext, PlannedArtifact
from airflow_provider_media.core.planning.slices import VideoSlice
from airflow_provider_media.core.planning.source_reader import SourceReader, is_seekable
from airflow_provider_media.core.planning.toning import display_size, tone_size
from airflow_provider_media.core.planning.units import UnitBuilder


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePlans:
    """One output, planned in each way that comes into question; every artifact has its content key."""

    name: str
    spec: OutputSpec
    need: DecodeNeed
    passing: OutputPlan | None
    """The plan as part of a pass over the whole source; None for an output that has to seek."""
    seeking: OutputPlan | None
    """The plan by seeking; None for an output that never seeks."""

    @property
    def content_keys(self) -> frozenset[str]:
        """Content keys of the artifacts of all ways."""
        artifacts = chain.from_iterable(plan.artifacts for plan in (self.passing, self.seeking) if plan)
        return frozenset(planned.artifact.content_key for planned in artifacts)

    def way(self, *, seek: bool) -> OutputPlan:
        """Return the plan of one way, or of the only way."""
        first, second = (self.seeking, self.passing) if seek else (self.passing, self.seeking)
        plan = first or second
        assert plan is not None
        return plan

    def finished_way(self, finished: Collection[str]) -> OutputPlan | None:
        """Return a plan of which every artifact is finished; None without one."""
        plans = [plan for plan in (self.passing, self.seeking) if plan and plan.artifacts]
        return next((plan for plan in plans if all(is_finished(each, finished) for each in plan.artifacts)), None)


def is_finished(planned: PlannedArtifact, finished: Collection[str]) -> bool:
    """Return whether an artifact is among the finished ones."""
    return planned.artifact.content_key in finished


def candidate_plans(name: str, spec: OutputSpec, context: PlanContext, builder: UnitBuilder) -> CandidatePlans:
    """Plan one output in each way that comes into question.

    :raises OutputTooLarge: when the output is required and too large.
    """
    need = kind_of(spec).decode_need(
        OutputContext(name=name, context=context, reader=SourceReader(media=context.media)), spec
    )
    may_seek = need.must_seek or not is_one_pass([need], context.media)

    def planned(*, seek: bool) -> OutputPlan:
        reader = SourceReader(media=context.media, seek=seek)
        output = OutputContext(name=name, context=context, reader=reader)
        plan = within_limits(kind_of(spec).plan(output, spec))
        artifacts = _with_own_tone_mapping(plan.artifacts, output, spec)
        return replace(plan, artifacts=tuple(map(builder.keyed, artifacts)))

    return CandidatePlans(
        name=name,
        spec=spec,
        need=need,
        passing=None if need.must_seek else planned(seek=False),
        seeking=planned(seek=True) if need.seek_cost is not None and may_seek else None,
    )


def plan_of_slice(candidate: CandidatePlans, context: PlanContext, part: VideoSlice) -> Mapping[str, PlannedArtifact]:
    """Return the artifacts of an output, by file, as a reader of one slice makes them."""
    output = OutputContext(name=candidate.name, context=context, reader=SourceReader(media=context.media, slice=part))
    planned = kind_of(candidate.spec).plan(output, candidate.spec).artifacts
    return {each.artifact.file: each for each in planned}


def _with_own_tone_mapping(
    artifacts: Sequence[PlannedArtifact], output: OutputContext, spec: OutputSpec
) -> Sequence[PlannedArtifact]:
    """Return artifacts whose content keys do not depend on the size in which other outputs need an HDR video."""
    video, shared = output.media.main_video, output.context.tone_size
    if video is None or video.dynamic_range == "sdr":
        return artifacts
    own = tone_size(kind_of(spec).sdr_sizes(display_size(video), spec))
    if own == shared or own is None:
        return artifacts
    alone = replace(output, context=replace(output.context, tone_size=own))
    return [
        replace(planned, alone=other.alone or other.outputs)
        for planned, other in zip(artifacts, kind_of(spec).plan(alone, spec).artifacts, strict=True)
    ]


def is_one_pass(needs: Sequence[DecodeNeed], media: MediaInfo) -> bool:
    """Return whether outputs that could seek join a pass over the whole source instead."""
    seeking = sum(need.seek_cost for need in needs if need.seek_cost is not None and not need.must_seek)
    return any(need.decodes_all for need in needs) or seeking >= media.duration or not is_seekable(media)


def chosen_plans(
    candidates: Sequence[CandidatePlans], media: MediaInfo, finished: Collection[str]
) -> Mapping[str, tuple[OutputPlan, bool]]:
    """Return the plan of each output by its name, and whether the output seeks.

    A finished output keeps the way in which it was made. It is no reason for the others to join a pass over the source.
    """
    done = {each.name: plan for each in candidates if (plan := each.finished_way(finished))}
    one_pass = is_one_pass([each.need for each in candidates if each.name not in done], media)
    chosen: dict[str, tuple[OutputPlan, bool]] = {}
    for each in candidates:
        seek = each.need.must_seek or (each.need.seek_cost is not None and not one_pass)
        plan = done.get(each.name) or each.way(seek=seek)
        chosen[each.name] = (plan, plan is each.seeking)
    return chosen
