"""Job commands: cancel and retry, in Airflow's database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.run_states import HOLDING, ON_WORKER, UNFINISHED
from airflow_provider_media.airflow_contract.xcom import JOB_CANCELLED, JOB_STATE, OF_A_TRY
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.dag_ids import queue_of_dag
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import Decision, check_paused, decide
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.views import JobView
from airflow_provider_media.core.task_ids import CLOSE_TASK, SLOT_TASK
from airflow_provider_media.job_store import holds, queue_occupancy
from airflow_provider_media.job_store.admission_batch import busy_jobs, refuse_busy, reserve_slots
from airflow_provider_media.job_store.dag_runs import clear_tasks, end_waiting, fail_run, forget, lock_run, push_xcom
from airflow_provider_media.job_store.errors import JobEnded, JobNotEnded, JobStarting
from airflow_provider_media.job_store.job_queries import find_job, find_run
from airflow_provider_media.job_store.job_views import state_of, value
from airflow_provider_media.job_store.paused_workflows import paused_among
from airflow_provider_media.job_store.pools import make_missing_pool
from airflow_provider_media.job_store.workflow_runs import find_workflow_run

if TYPE_CHECKING:
    from airflow.models import DagRun, TaskInstance
    from sqlalchemy.orm import Session

SETTLE_SECONDS = 5.0
LOOK_SECONDS = 0.2
"""Seconds that Airflow gets to start a job or to announce its end, and seconds between two looks at the job."""


def cancel_job(account: Account, job_id: str) -> JobView:
    """Cancel a job that waits or runs; FFmpeg stops within seconds, and nothing is published.

    :raises JobUnknown: when the account has no job of this id.
    :raises JobEnded: when the job has ended already.
    :raises JobStarting: when the job's work is about to begin, so that the job cannot be cancelled yet.
    """
    _settle(account, job_id, _is_starting)
    with queue_occupancy.turn(account.name) as session:
        run, task = find_run(account, job_id, session)
        work = find_workflow_run(run, session)
        for each in filter(None, (run, work)):
            lock_run(each, session)
        # A worker takes the task up before this transaction, or finds the task ended.
        session.refresh(task, with_for_update=True)
        if _state(run, task, session).ended:
            raise JobEnded(f"The job {job_id} has ended already.", job_id=job_id)
        if _is_starting(run, task, session):
            raise JobStarting(f"The job {job_id} is taking its slot; cancel it again in a moment.", job_id=job_id)
        cancel_run(run, task, session)
    return find_job(account, job_id)


def _settle(account: Account, job_id: str, unsettled: Callable[[DagRun, TaskInstance, Session], bool]) -> None:
    """Wait a moment while Airflow is busy with a job; Airflow is seldom busy for longer."""
    from airflow.utils.session import create_session

    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        with create_session(scoped=False) as session:
            if not unsettled(*find_run(account, job_id, session), session):
                return
        time.sleep(LOOK_SECONDS)


def _is_starting(run: DagRun, task: TaskInstance, session: Session) -> bool:
    """Return whether a job's slot task is on a worker and has not started the job's work yet, or not again.

    Nobody could keep such a task from starting the work.
    """
    # On a worker, the task starts the job's work and is done at once.
    if task.state not in ON_WORKER:
        return False
    work = find_workflow_run(run, session)
    return work is None or str(work.state) not in UNFINISHED


def _is_unannounced(run: DagRun, task: TaskInstance, session: Session) -> bool:
    """Return whether a job has ended, and Airflow has not yet run what follows, such as the announcement."""
    return _state(run, task, session).ended and str(run.state) in UNFINISHED


def cancel_run(run: DagRun, task: TaskInstance, session: Session) -> None:
    """Cancel a job that has not ended.

    :param run: run of the job in its queue.
    :param task: task that holds the job's slot, or waits for one.
    """
    push_xcom(task, JOB_CANCELLED, value=True, session=session)
    if task.state == "queued" or task.state not in HOLDING:
        # The task waits, or is on its way to a worker. The worker would delete the XCom pushed here, and begin.
        _end_waiting(run, task, session)
    else:
        _stop_work(run, session)


def _stop_work(run: DagRun, session: Session) -> None:
    """End the job's run in its workflow's DAG; the trigger that holds the slot sees the end and ends the rest."""
    work = find_workflow_run(run, session)
    if work is not None and str(work.state) in UNFINISHED:
        fail_run(work, session)


def _end_waiting(run: DagRun, task: TaskInstance, session: Session) -> None:
    holds.release(run, session)
    # A job may have begun before its workflow was paused.
    _stop_work(run, session)
    for key, left in JobOutcome.now(JobState.CANCELLED, redrive=run.clear_number).xcoms().items():
        push_xcom(task, key, value=left, session=session)
    end_waiting(run, task, session)


def retry_job(account: Account, job_id: str) -> JobView:
    """Put a job that did not succeed back into its queue, in its old place; finished work is not done again.

    :raises JobUnknown: when the account has no job of this id.
    :raises JobNotEnded: when the job still waits or runs, or when its end is not announced yet.
    :raises JobEnded: when the job has succeeded.
    :raises QueueFull: when the job can neither start nor wait.
    :raises WorkflowPaused: when its workflow is paused and the account does not let the job wait.
    :raises SourceBusy: when another job of the same subject has not ended.
    """
    _settle(account, job_id, _is_unannounced)
    with queue_occupancy.turn(account.name) as session:
        run, task = find_run(account, job_id, session)
        _refuse_retry(job_id, _state(run, task, session))
        if _is_unannounced(run, task, session):
            # The retry would clear the task that announces this end. The end would be lost, or announced as another
            # one.
            raise JobNotEnded(
                f"The end of the job {job_id} has not been announced yet; a paused queue does that once it is resumed.",
                job_id=job_id,
            )
        put_back(account, run, task, session)
    return find_job(account, job_id)


def put_back(account: Account, run: DagRun, task: TaskInstance, session: Session) -> None:
    """Put a job that has ended back into its queue, by the rules for a new job.

    :param run: run of the job in its queue.
    :param task: task that has held the job's slot.
    :raises QueueFull: when the job can neither start nor wait.
    :raises WorkflowPaused: when its workflow is paused and the account does not let the job wait.
    :raises SourceBusy: when another job of the same subject has not ended.
    """
    facts, priority = facts_of(run.conf), queue_of_dag(run.dag_id)[1]
    refuse_busy(
        facts.subject, busy_jobs(account.name, {facts.subject} if facts.subject else (), session), video=facts.video
    )
    is_held = facts.workflow in paused_among({facts.workflow}, session)
    if is_held:
        check_paused(facts.workflow, account)
    make_missing_pool(account, session)
    decision = decide(queue_occupancy.occupancy(account, priority, session), account, priority, is_held=is_held)
    forget(task, OF_A_TRY, session)
    clear_tasks(run, (SLOT_TASK, CLOSE_TASK), session)
    if decision is Decision.START:
        reserve_slots([run], session)
    if decision is Decision.HOLD:
        holds.hold({run: facts.workflow}, session)
    else:
        holds.release(run, session)


def _refuse_retry(job_id: str, state: JobState) -> None:
    if not state.ended:
        raise JobNotEnded(f"The job {job_id} is {state}; only a job that has ended can be tried again.", job_id=job_id)
    if state is JobState.SUCCEEDED:
        raise JobEnded(f"The job {job_id} has succeeded; submit a new one to process its source again.", job_id=job_id)


def _state(run: DagRun, task: TaskInstance, session: Session) -> JobState:
    return state_of(run, task, value(run.dag_id, run.run_id, SLOT_TASK, JOB_STATE, session))
