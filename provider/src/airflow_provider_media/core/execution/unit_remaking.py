"""Remaking of a unit: when some of its artifacts are finished, only the others are made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import TypedDict

from airflow_provider_media.core.execution.overlays import overlay_versions
from airflow_provider_media.core.execution.workspace import source_info
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.remaking import units_of_keys
from airflow_provider_media.core.plans import Unit


class PlanningFacts(TypedDict):
    """Facts on which content keys depend, beside workflow and source media."""

    source: SourceIdentity
    tools: str
    overlays: dict[str, str]


def planning_facts(job: Job, engine: Engine) -> PlanningFacts:
    """Return the facts on which the content keys of a job depend.

    :raises SourceError: when the source is missing, or has changed since the job was submitted.
    """
    version = source_info(job.source, engine, version=job.source_version).version
    return {
        "source": SourceIdentity(uri=job.source, version=version),
        "tools": engine.toolchain.identity,
        "overlays": overlay_versions(job.workflow.workflow, engine),
    }


def units_of_missing(keys: Collection[str], unit: Unit, media: MediaInfo, job: Job, engine: Engine) -> Sequence[Unit]:
    """Return units that make only some artifacts of a unit; the unit itself where they cannot be made apart.

    :param keys: content keys of the missing artifacts.
    :param media: facts of the source, for which the unit was planned.
    """
    facts = planning_facts(job, engine)
    units = units_of_keys(keys, job.workflow.workflow, media, required=unit.required, **facts)
    return units if set(chain.from_iterable(each.keys for each in units)) == set(keys) else [unit]
