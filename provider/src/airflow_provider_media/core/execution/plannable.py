"""What a job is planned from: its workflow with the constant rate factors that were found, and facts of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from airflow_provider_media.core.execution.overlays import overlay_versions
from airflow_provider_media.core.execution.steering import search_outputs
from airflow_provider_media.core.execution.workspace import source_info
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.steering import Steering, capped, steered
from airflow_provider_media.core.workflows.model import Workflow


class PlanningFacts(TypedDict):
    """Facts on which content keys depend, beside workflow and source media."""

    source: SourceIdentity
    tools: str
    overlays: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannableJob:
    """What a job is planned from."""

    workflow: Workflow
    """The workflow; outputs with a target of quality have the constant rate factors that were found."""
    steering: Steering
    facts: PlanningFacts


def plannable(job: Job, media: MediaInfo, engine: Engine, *, may_encode: bool) -> PlannableJob:
    """Return what a job is planned from.

    :param may_encode: whether samples may be encoded where an output has a target of quality.
    :raises SourceError: when the source is missing, or has changed since the job was submitted.
    """
    workflow = job.workflow.workflow
    version = source_info(job.source, engine, version=job.source_version).version
    source = SourceIdentity(uri=job.source, version=version)
    outputs = capped(workflow.outputs)
    steering = search_outputs(outputs, job, media, source, engine, may_encode=may_encode)
    return PlannableJob(
        workflow=workflow.model_copy(update={"outputs": steered(outputs, media, steering)}),
        steering=steering,
        facts={
            "source": source,
            "tools": engine.toolchain.identity,
            "overlays": overlay_versions(workflow, engine),
        },
    )
