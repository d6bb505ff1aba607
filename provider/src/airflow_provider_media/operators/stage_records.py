"""Records of a job's stages: what its tasks push, and the results that the records refer to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.execution.finished_work import load_result
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.jobs.model import Engine, Job, MeasuredQuality, StageResult
from airflow_provider_media.core.plans import Plan, Unit
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.task_ids import ENCODE, PLAN

if TYPE_CHECKING:
    from airflow.sdk import Context


def unit_of(plan: Plan, record: Mapping[str, Any]) -> Unit:
    """Return the unit of a plan that a record of the plan task names.

    :raises ProcessingError: when the plan was made again since.
    """
    index, name = int(record["index"]), record["name"]
    if index >= len(plan.encodes) or plan.encodes[index].name != name:
        raise ProcessingError(
            f"the plan was made again and has no unit {name!r} any more; clear the task {PLAN} and what follows it"
        )
    return plan.encodes[index]


def record(results: Sequence[StageResult], *, name: str | None = None) -> dict[str, Any]:
    """Return the record of a unit or a package, as a task pushes it; the results themselves lie beside the outputs.

    :param results: results of all artifacts of the unit, or that of the package; none of a unit that only checks.
    :param name: name of the unit; that of its results when absent.
    """
    made = tuple(chain.from_iterable(result.made for result in results))
    return {
        "name": name or results[0].name,
        "files": len(made),
        "bytes": sum(each.size for each in made),
        "seconds": round(math.fsum(result.seconds for result in results), 3),
        "reused": bool(results) and all(result.reused for result in results),
        "error": next((result.error for result in results if result.error), None),
        "warnings": list(dict.fromkeys(chain.from_iterable(result.warnings for result in results))),
        "quality": to_json(tuple(chain.from_iterable(result.quality for result in results))),
    }


def answer_of(task_id: str, context: Context) -> Any:
    """Return the result that a task of the run has pushed.

    :raises ProcessingError: when the task has not done its work, because somebody has marked the task or has cleared it
        alone.
    """
    answer = context["ti"].xcom_pull(task_ids=task_id, map_indexes=-1)
    if answer is None:
        raise ProcessingError(f"the task {task_id} has done none of its work; clear it, and what follows it")
    return answer


def encoded_records(context: Context, units: int) -> list[dict[str, Any]]:
    """Return the records of the run's units."""
    # Pull with one index per unit: a pull of all units cannot tell one unit's record from a list of records.
    pulled = list(context["ti"].xcom_pull(task_ids=ENCODE, map_indexes=range(units)))
    missing = [str(index) for index, each in enumerate(pulled) if not each]
    if missing:
        raise ProcessingError(
            f"the tasks {ENCODE} [{', '.join(missing)}] have done none of their work; clear them, and what follows"
        )
    return pulled


def unit_results(
    units: Iterable[Unit], records: Iterable[Mapping[str, Any]], job: Job, engine: Engine
) -> Iterator[StageResult]:
    """Yield the results of the artifacts of units, of which the records tell the errors."""
    for unit, each in zip(units, records, strict=True):
        yield from _results(unit.keys, each, job, engine)


def package_results(
    plan: Plan, records: Iterable[Mapping[str, Any]], job: Job, engine: Engine
) -> Iterator[StageResult]:
    """Yield the results of all packages, likewise."""
    for package, each in zip(plan.packages, records, strict=True):
        yield from _results([package.key], each, job, engine)


def _results(keys: Iterable[str], record: Mapping[str, Any], job: Job, engine: Engine) -> Iterator[StageResult]:
    if record["error"]:
        yield from (StageResult(key=key, name=record["name"], error=record["error"]) for key in keys)
        return
    loaded = [load_result(key, job, engine) for key in keys]
    if not loaded:
        return
    first, *others = loaded
    # What was measured after the results were stored is in the record alone. Which result has it makes no difference.
    quality = tuple(from_json(MeasuredQuality, each) for each in record.get("quality", ()))
    warnings = tuple(dict.fromkeys((*first.warnings, *record.get("warnings", ()))))
    yield replace(first, quality=quality, warnings=warnings)
    yield from others


def seconds_of(records: Iterable[Mapping[str, Any]]) -> float:
    """Return the seconds of all records together."""
    return round(math.fsum(each["seconds"] for each in records), 3)
