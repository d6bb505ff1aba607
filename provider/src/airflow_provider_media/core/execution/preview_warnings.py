"""Warnings about a previewed plan: what is left out, what is not as large as asked, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.execution.preview import SourceFacts
from airflow_provider_media.core.outputs import LadderSpec, OutputSpec, VideoSettings
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.rungs import rungs
from airflow_provider_media.core.planning.toning import display_size
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.submission.views import DOCUMENTED


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWarning:
    """Something about the plan that its author should know."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    code: str
    """`left_out`, `note`, `upscaled`, `smaller_than_asked`, `rungs_left_out`, `source`, `not_decoded`, or the rule of a
    warning of `airflow media lint`."""
    message: str
    output: str | None = None


def plan_warnings(outputs: Mapping[str, OutputSpec], facts: SourceFacts, plan: Plan) -> Iterator[PlanWarning]:
    """Yield the warnings about a plan."""
    if facts.basis == "packets":
        message = (
            "the source is long, and was not decoded for this plan: a job decodes it, and may refuse damage or plan"
            " changes of the picture's form in mid-stream"
        )
        yield PlanWarning(code="not_decoded", message=message)
    yield from (PlanWarning(code="source", message=warning) for warning in plan.media.warnings)
    yield from (PlanWarning(code="left_out", message=left.reason, output=left.output) for left in plan.left_out)
    for note in plan.notes:
        name, _, rest = note.partition(": ")
        is_named = name in outputs
        yield PlanWarning(code="note", message=rest if is_named else note, output=name if is_named else None)
    if video := plan.media.main_video:
        yield from chain.from_iterable(_sizes(name, spec, plan, display_size(video)) for name, spec in outputs.items())


def _sizes(name: str, spec: OutputSpec, plan: Plan, source: Size) -> Iterator[PlanWarning]:
    """Yield where the size of an output's pictures is not what its author may expect."""
    if isinstance(spec, LadderSpec):
        yield from _rungs(name, spec, source)
        return
    if spec.kind == "sprites":
        return
    settings = getattr(spec, "video", None)
    wanted = settings if isinstance(settings, VideoSettings) else spec
    asked = max(getattr(wanted, "width", None) or 0, getattr(wanted, "height", None) or 0)
    for size in dict.fromkeys(_made(name, plan)):
        if size.width > source.width or size.height > source.height:
            message = f"the picture of {size} is larger than the source's {source}"
            yield PlanWarning(code="upscaled", message=message, output=name)
        elif asked > max(size):
            message = f"the picture has {size}, not the size that was asked for, because the source has {source}"
            yield PlanWarning(code="smaller_than_asked", message=message, output=name)


def _rungs(name: str, spec: LadderSpec, source: Size) -> Iterator[PlanWarning]:
    kept = {rung.name for rung in rungs(source, spec.renditions)}
    wanted = [rung.name or f"{rung.short_side}p" for rung in spec.renditions]
    if missing := [rung for rung in wanted if rung not in kept]:
        message = f"the source has {source}: larger rungs are left out ({', '.join(missing)})"
        yield PlanWarning(code="rungs_left_out", message=message, output=name)


def _made(name: str, plan: Plan) -> Iterator[Size]:
    for artifact in chain.from_iterable(unit.artifacts for unit in plan.units):
        made = artifact.expect.video[0] if artifact.expect.video else artifact.expect.image
        if artifact.output == name and made:
            yield Size(made.width, made.height)
