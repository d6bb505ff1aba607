"""Details of the jobs on a page of a list: a fixed number of queries, however many jobs the page has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from sqlalchemy import func, select

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, RETURN_VALUE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.progress import TaskNow, job_progress
from airflow_provider_media.core.submission.views import JobView, duration_of
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.job_store import queue_occupancy
from airflow_provider_media.job_store.job_views import RunKey, lost_errors, tasks_of_runs, values
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class _Details:
    """What the queries have found for all jobs of a page."""

    positions: Mapping[RunKey, int] = field(default_factory=dict)
    """Place in the queue, by the job's run in its queue."""
    outcomes: Mapping[RunKey, Any] = field(default_factory=dict)
    """Outcome that the slot task has pushed, by the job's run in its queue."""
    tasks: Mapping[RunKey, Sequence[TaskNow]] = field(default_factory=dict)
    """Tasks by the run that works for the job."""
    results: Mapping[RunKey, Mapping[str, Any]] = field(default_factory=dict)
    """Result of the last task, by the run that works for the job."""


def with_details(account: Account, jobs: Sequence[tuple[DagRun, JobView]], session: Session) -> tuple[JobView, ...]:
    """Return the views of a page with progress, positions, durations, thumbnails and first errors.

    :param jobs: run in the queue and view of each job.
    """
    states = {_key(run): view.state for run, view in jobs}
    runs = {_key(run): run for run, _ in jobs}
    in_state = {state: [key for key, each in states.items() if each is state] for state in JobState}
    ended = [key for key, state in states.items() if state.ended]
    moving = (*in_state[JobState.RUNNING], *in_state[JobState.SUCCEEDED])
    working = {key: _working(runs[key]) for key in moving}
    found = _Details(
        positions=_positions(account, [runs[key].id for key in in_state[JobState.WAITING]], session),
        outcomes=values(ended, SLOT_TASK, JOB_OUTCOME, session),
        tasks=tasks_of_runs(_known(working, in_state[JobState.RUNNING]), session),
        results=values(_known(working, in_state[JobState.SUCCEEDED]), PUBLISH, RETURN_VALUE, session),
    )
    return tuple(_detailed(view, _key(run), working.get(_key(run)), found) for run, view in jobs)


def _key(run: DagRun) -> RunKey:
    return run.dag_id, run.run_id


def _working(run: DagRun) -> RunKey | None:
    """Return the run that works for a job; None when nothing vouches for it."""
    dag_id = workflow_dag_of(run)
    return (dag_id, run.run_id) if dag_id else None


def _known(working: Mapping[RunKey, RunKey | None], jobs: Iterable[RunKey]) -> list[RunKey]:
    return [key for key in map(working.get, jobs) if key]


def _detailed(view: JobView, own: RunKey, working: RunKey | None, found: _Details) -> JobView:
    match view.state:
        case JobState.WAITING:
            return replace(view, position=found.positions.get(own))
        case JobState.RUNNING:
            return replace(view, progress=job_progress(found.tasks.get(working, ())) if working else None)
        case JobState.SUCCEEDED:
            result = found.results.get(working, {}) if working else {}
            media = duration_of(view, media=result.get("duration"))
            return replace(view, manifest=result.get("manifest"), thumbnail=result.get("thumbnail"), duration=media)
    outcome = JobOutcome.pulled(found.outcomes.get(own))
    errors = (outcome.errors if outcome else ()) or tuple(lost_errors(view))
    return replace(view, errors=tuple(errors[:1]), duration=duration_of(view, media=None))


def _positions(account: Account, waiting: Collection[int], session: Session) -> dict[RunKey, int]:
    """Return the place of each job that waits and is not on hold; 1 is next.

    :param waiting: ids of the rows of the runs.
    """
    if not waiting:
        return {}
    order = (TaskInstance.priority_weight.desc(), func.coalesce(DagRun.logical_date, DagRun.run_after))
    # Jobs with one weight and one date share a place.
    place = func.rank().over(order_by=order).label("place")
    numbered = (
        queue_occupancy.waiting_jobs(account.name)
        .where(~queue_occupancy.is_held())
        .with_only_columns(DagRun.id, DagRun.dag_id, DagRun.run_id, place)
        .subquery()
    )
    shown = select(numbered.c.dag_id, numbered.c.run_id, numbered.c.place).where(numbered.c.id.in_(waiting))
    return {(row.dag_id, row.run_id): row.place for row in session.execute(shown)}
