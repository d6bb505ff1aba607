"""Which runs and jobs exist, asked for from a trigger: the only place that uses this semi-private part of Airflow's task runner."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from airflow_provider_media.core.ingest.names import ingest_dag_id, job_id_of_run, run_id
from airflow_provider_media.core.ingest.priorities import PRIORITIES

Count = Callable[[str, Sequence[str]], int]
"""Counts which of some runs of a DAG exist."""

CHUNK = 64
"""Run ids per question: they travel in the query of a URL."""


def count_runs(dag_id: str, run_ids: Sequence[str]) -> int:
    """How many of these runs exist; blocks, so call it in a thread."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.get_dr_count(dag_id=dag_id, run_ids=list(run_ids))


def missing_jobs(account: str, job_ids: Collection[str], count: Count = count_runs) -> set[str]:
    """The jobs that are in none of an account's queues: workflows may have changed their priority since."""
    missing = set(job_ids)
    for priority in PRIORITIES:
        runs = missing_runs(ingest_dag_id(account, priority), [run_id(priority, job) for job in sorted(missing)], count)
        missing = {job_id_of_run(run) for run in runs}
    return missing


def missing_runs(dag_id: str, run_ids: Sequence[str], count: Count = count_runs) -> set[str]:
    """The runs that do not exist, found by counting halves: a bucket whose uploads are all known costs one question per chunk."""
    missing: set[str] = set()
    for start in range(0, len(run_ids), CHUNK):
        missing |= _missing(dag_id, run_ids[start : start + CHUNK], count)
    return missing


def _missing(dag_id: str, run_ids: Sequence[str], count: Count) -> set[str]:
    there = count(dag_id, run_ids)
    if there == len(run_ids):
        return set()
    if there == 0:
        return set(run_ids)
    half = len(run_ids) // 2
    return _missing(dag_id, run_ids[:half], count) | _missing(dag_id, run_ids[half:], count)
