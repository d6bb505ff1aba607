"""Cancelling and retrying jobs, with Airflow's database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import JobEnded, JobNotEnded
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Decision, decide
from airflow_provider_media.core.ingest.names import CLOSE_TASK, SLOT_TASK
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.ingest.views import JobView
from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.ledger import queues
from airflow_provider_media.ledger.jobs import find_job, find_run
from airflow_provider_media.ledger.reading import OUTCOME, STATE, state_of, value
from airflow_provider_media.ledger.runs import clear_tasks, end_waiting, fail_run, find_run_of, forget, leave
from airflow_provider_media.ledger.sitting import busy_jobs, promise_slots, refuse_busy

if TYPE_CHECKING:
    from airflow.models import DagRun, TaskInstance
    from sqlalchemy.orm import Session

CANCELLED = "cancelled"
"""XCom of the slot task by which its trigger tells a cancelled job from a failed one."""


def cancel_job(account: Account, job_id: str) -> JobView:
    """End a job that waits or runs; ffmpeg is stopped within seconds, and nothing is published.

    :raises JobUnknown: when the account has none of this id.
    :raises JobEnded: when it has ended already.
    """
    with queues.turn(account.name) as session:
        run, task = find_run(account, job_id, session)
        if _state(run, task, session).ended:
            raise JobEnded(f"The job {job_id} has ended already.", job_id=job_id)
        cancel_run(run, task, session)
    return find_job(account, job_id)


def cancel_run(run: DagRun, task: TaskInstance, session: Session) -> None:
    """End a job that has not ended.

    :param run: the job's in its queue.
    :param task: the one that holds its slot, or waits for one.
    """
    leave(task, CANCELLED, value=True, session=session)
    if task.state in queues.HOLDING:
        _stop_work(run, session)
    else:
        _end_waiting(run, task, session)


def _stop_work(run: DagRun, session: Session) -> None:
    """End the job's run in its workflow's DAG; the trigger that holds the slot sees that and ends the rest."""
    work = find_run_of(Submission.from_json(run.conf).dag_id, run.run_id, session)
    if work is not None and str(work.state) in queues.ALIVE:
        fail_run(work, session)


def _end_waiting(run: DagRun, task: TaskInstance, session: Session) -> None:
    for key, told in cancelled_outcome().items():
        leave(task, key, value=told, session=session)
    end_waiting(run, task, session)


def cancelled_outcome() -> Mapping[str, Any]:
    """What the slot task of a job is left with that was cancelled before it had a slot."""
    from datetime import UTC, datetime

    outcome = {"state": JobState.CANCELLED.value, "errors": [], "ended_at": datetime.now(UTC).isoformat()}
    return {OUTCOME: outcome, STATE: JobState.CANCELLED.value}


def retry_job(account: Account, job_id: str) -> JobView:
    """Put a job that did not succeed back into its queue, in its old place; what it has made already is not made again.

    :raises JobUnknown: when the account has none of this id.
    :raises JobNotEnded: when it still waits or runs.
    :raises JobEnded: when it has succeeded.
    :raises QueueFull: when it can neither start nor wait.
    :raises SourceBusy: when another job of the same subject has not ended.
    """
    with queues.turn(account.name) as session:
        run, task = find_run(account, job_id, session)
        _refuse_retry(job_id, _state(run, task, session))
        job = Submission.from_json(run.conf)
        refuse_busy(job, busy_jobs(account.name, {job.subject} if job.subject else (), session))
        decision = decide(queues.occupancy(account, job.priority, session), account, job.priority)
        forget(task, (OUTCOME, STATE, CANCELLED), session)
        clear_tasks(run, (SLOT_TASK, CLOSE_TASK), session)
        if decision is Decision.START:
            promise_slots([run], session)
    return find_job(account, job_id)


def _refuse_retry(job_id: str, state: JobState) -> None:
    if not state.ended:
        raise JobNotEnded(f"The job {job_id} is {state}; only a job that has ended can be tried again.", job_id=job_id)
    if state is JobState.SUCCEEDED:
        raise JobEnded(f"The job {job_id} has succeeded; submit a new one to process its source again.", job_id=job_id)


def _state(run: DagRun, task: TaskInstance, session: Session) -> JobState:
    return state_of(run, task, value(run.dag_id, run.run_id, SLOT_TASK, STATE, session))
