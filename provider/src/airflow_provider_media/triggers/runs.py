"""Queries for existing runs and jobs from a trigger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.names import job_id_of_run, run_id
from airflow_provider_media.hooks import runs

Count = Callable[[str, Sequence[str]], int]
"""Returns how many of some runs of a DAG exist."""

CHUNK = 64
"""Most run ids per query: the ids travel in the query string of a URL."""


def count_runs(dag_id: str, run_ids: Sequence[str]) -> int:
    """Return how many of these runs exist. The function blocks, so call it in a thread."""
    return runs.count_runs(dag_id, (), run_ids)


def missing_jobs(account: str, job_ids: Collection[str], count: Count = count_runs) -> set[str]:
    """Return the jobs that are in none of an account's queues.

    Both priorities are searched, because workflows may have changed their priority since the submission.
    """
    missing = set(job_ids)
    for priority in PRIORITIES:
        run_ids = [run_id(priority, job) for job in sorted(missing)]
        missing = {job_id_of_run(run) for run in missing_runs(ingest_dag_id(account, priority), run_ids, count)}
    return missing


def missing_runs(dag_id: str, run_ids: Sequence[str], count: Count = count_runs) -> set[str]:
    """Return the runs that do not exist.

    The search counts halves: when all uploads of a bucket are known, each chunk costs one query.
    """
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
