"""Remaking of a unit: when some of its artifacts are finished, only the others are made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from airflow_provider_media.core.execution.plannable import plannable
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.remaking import units_of_keys
from airflow_provider_media.core.plans import Unit


def units_of_missing(keys: Collection[str], unit: Unit, media: MediaInfo, job: Job, engine: Engine) -> Sequence[Unit]:
    """Return units that make only some artifacts of a unit; the unit itself where they cannot be made apart.

    :param keys: content keys of the missing artifacts.
    :param media: facts of the source, for which the unit was planned.
    """
    planned = plannable(job, media, engine, may_encode=False)
    units = units_of_keys(keys, planned.workflow, media, required=unit.required, **planned.facts)
    return units if set(chain.from_iterable(each.keys for each in units)) == set(keys) else [unit]
