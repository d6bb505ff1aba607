"""Finished work below other output locations of a job's account: found there, and copied below the job's own location.

The facts of the source are the index: only where the account has processed this version of the source, its content keys
are looked up.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from airflow_provider_media.core.execution.finished_work import discard_files, find_finished, is_whole
from airflow_provider_media.core.execution.other_locations import value_or, views_elsewhere
from airflow_provider_media.core.execution.source_probe import known_facts
from airflow_provider_media.core.execution.unit_cache import commit_result
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import unit_folder
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.publication.commit import together
from airflow_provider_media.core.storage.protocol import ObjectInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedResult:
    """A result below another output location."""

    result: StageResult
    job: Job
    """The job as if it had that output location."""
    engine: Engine
    """The engine that opens that output location."""


def find_elsewhere(keys: Collection[str], job: Job, engine: Engine) -> dict[str, SharedResult]:
    """Return the results of those content keys that are finished below another output location of the job's account."""
    found: dict[str, SharedResult] = {}
    for view in views_elsewhere(job, engine) if keys else []:
        missing = set(keys) - found.keys()
        nothing: dict[str, StageResult] = {}
        results = value_or(partial(_find, missing, *view), nothing)
        found |= {key: SharedResult(result=result, job=view[0], engine=view[1]) for key, result in results.items()}
    return found


def adopt_for_plan(plan: Plan, found: Mapping[str, SharedResult], job: Job, engine: Engine) -> None:
    """Copy what a plan takes from other output locations below the job's own location.

    A copy that fails is no error: the plan's commands make the artifact.

    :param found: results by content key, from ``find_elsewhere``.
    """
    keys = chain.from_iterable(unit.keys for unit in plan.units)
    wanted = [found[key] for key in keys if key in found]
    _adopt_all(wanted, job, engine)
    if wanted and all(unit.is_finished for unit in plan.units):
        measurements = chain.from_iterable(unit.measurements for unit in plan.units)
        made_of_them = [*(package.key for package in plan.packages), *(each.key for each in measurements)]
        _adopt_all(find_elsewhere(made_of_them, job, engine).values(), job, engine)


def _find(keys: Collection[str], job: Job, engine: Engine) -> dict[str, StageResult]:
    return find_finished(keys, job, engine) if keys and known_facts(job, engine) else {}


def _adopt_all(found: Iterable[SharedResult], job: Job, engine: Engine) -> None:
    for each in found:
        value_or(partial(_adopt, each, job, engine), None)


def _adopt(found: SharedResult, job: Job, engine: Engine) -> None:
    storage, result = engine.storages(job.output), found.result
    folder = f"{unit_folder(job.output, job.account, result.key)}{uuid.uuid4().hex}/"

    def copied(made: ManifestEntry) -> ObjectInfo:
        engine.raise_if_cancelled()
        return storage.copy(made.uri, folder + made.file, media_type=made.media_type)

    stored = together(copied, result.made)
    adopted = replace(
        result,
        made=tuple(replace(made, uri=folder + made.file) for made in result.made),
        versions={made.file: info.version for made, info in zip(result.made, stored, strict=True)},
    )
    has_sizes = all(made.size == info.size for made, info in zip(result.made, stored, strict=True))
    # A file that was replaced between the look and the copy has another version now.
    if has_sizes and is_whole(result, found.job, found.engine, is_used=False):
        commit_result(adopted, job, engine)
    else:
        discard_files(adopted, storage)
