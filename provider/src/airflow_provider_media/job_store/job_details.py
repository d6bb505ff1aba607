"""Details of the jobs on a page of a list, from the page's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.progress import TaskNow, job_progress
from airflow_provider_media.core.submission.views import JobView, best_vmaf, duration_of
from airflow_provider_media.job_store.job_views import RunKey, XComRow, by_run, lost_errors, tasks_now
from airflow_provider_media.job_store.listed_rows import RunRow
from airflow_provider_media.job_store.page_rows import DetailRows, run_key
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Details:
    """The rows of details, by what they are looked up with."""

    places: Mapping[int, int]
    """Place in the queue, by the id of the job's run in its queue."""
    outcomes: Mapping[RunKey, Any]
    """Outcome that the slot task has pushed, by the job's run in its queue."""
    tasks: Mapping[RunKey, Sequence[TaskNow]]
    """Tasks by the run that works for the job."""
    results: Mapping[RunKey, XComRow]
    """Result of the last task, by the run that works for the job."""


def with_details(jobs: Sequence[tuple[RunRow, JobView]], rows: DetailRows) -> tuple[JobView, ...]:
    """Return the views of a page with progress, positions, durations, thumbnails and first errors.

    :param jobs: run in the queue and view of each job.
    """
    found = _Details(
        places=dict(rows.places),
        outcomes=by_run(rows.outcomes),
        tasks=tasks_now(rows.tasks, rows.progress),
        results={(row.dag_id, row.run_id): row for row in rows.results},
    )
    return tuple(_detailed(view, run, found) for run, view in jobs)


def _detailed(view: JobView, run: RunRow, found: _Details) -> JobView:
    match view.state:
        case JobState.WAITING:
            return replace(view, position=found.places.get(run.id))
        case JobState.RUNNING:
            working = _working(run)
            return replace(view, progress=job_progress(found.tasks.get(working, ())) if working else None)
        case JobState.SUCCEEDED:
            result = _result(run, found)
            media = duration_of(view, media=result.get("duration"))
            return replace(
                view,
                manifest=result.get("manifest"),
                thumbnail=result.get("thumbnail"),
                vmaf=best_vmaf(result),
                duration=media,
            )
    outcome = JobOutcome.pulled(found.outcomes.get(run_key(run)))
    errors = (outcome.errors if outcome else ()) or tuple(lost_errors(view))
    return replace(view, errors=tuple(errors[:1]), duration=duration_of(view, media=None))


def _working(run: RunRow) -> RunKey | None:
    """Return the run that works for a job; None when nothing vouches for it."""
    dag_id = workflow_dag_of(run)
    return (dag_id, run.run_id) if dag_id else None


def _result(run: RunRow, found: _Details) -> Mapping[str, Any]:
    working = _working(run)
    row = found.results.get(working) if working else None
    result: Mapping[str, Any] = row.value if row else {}
    return result
