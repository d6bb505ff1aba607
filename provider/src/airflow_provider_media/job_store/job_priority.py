"""Priority of waiting jobs: a job moves from the queue of one priority to the queue of another, in one transaction.

The queue and the id of a job's run hold its priority, and so does the signature of its conf. The moved job therefore
gets another run, and the run in its former queue is deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from airflow.models import DagRun

from airflow_provider_media.airflow_contract.xcom import JOB_STATE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id, queue_of_dag
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import Decision, decide, place
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.holds import released_time
from airflow_provider_media.core.submission.names import run_id
from airflow_provider_media.core.submission.submit import job_note
from airflow_provider_media.core.submission.views import JobView
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.hooks.signing import is_signed, sign
from airflow_provider_media.job_store import holds, queue_occupancy
from airflow_provider_media.job_store.admission_batch import dates_among, reserve_slots
from airflow_provider_media.job_store.dag_runs import create_run, latest_dag, lock_run
from airflow_provider_media.job_store.errors import JobBegun, JobEnded
from airflow_provider_media.job_store.job_queries import find_job, find_run
from airflow_provider_media.job_store.job_views import state_of, value
from airflow_provider_media.job_store.workflow_runs import find_workflow_run

if TYPE_CHECKING:
    from airflow.models import TaskInstance
    from sqlalchemy.orm import Session


def change_priority(account: Account, job_id: str, priority: Priority) -> JobView:
    """Move a waiting job to the queue of a priority, where the time of its submission decides on its place.

    A job that has the priority already stays as it is.

    :raises JobUnknown: when the account has no job of this id.
    :raises JobEnded: when the job has ended.
    :raises JobBegun: when the job has a slot, or has had one.
    :raises QueueFull: when the job can neither start nor wait in the other queue.
    :raises QueueMissing: when Airflow does not know the other queue's DAG.
    :raises ConfUntrusted: when no submission has made the job.
    """
    with queue_occupancy.turn(account.name) as session:
        run, task = find_run(account, job_id, session)
        lock_run(run, session)
        # A scheduler takes the task up before this transaction, or finds no task.
        session.refresh(task, with_for_update=True)
        if queue_of_dag(run.dag_id)[1] != priority:
            _check_movable(job_id, run, task, session)
            _move(account, run, job_id, priority, session)
    return find_job(account, job_id)


def _check_movable(job_id: str, run: DagRun, task: TaskInstance, session: Session) -> None:
    state = state_of(run, task, value(run.dag_id, run.run_id, SLOT_TASK, JOB_STATE, session))
    if state.ended:
        raise JobEnded(f"The job {job_id} has ended already, so its priority decides nothing more.", job_id=job_id)
    # The run that works for a job has the id of the run in the queue. After a move, nothing would find it.
    if state is JobState.RUNNING or find_workflow_run(run, session) is not None:
        raise JobBegun(
            f"The job {job_id} has begun; only a job that has waited since its submission changes its priority.",
            job_id=job_id,
        )
    # A move signs the conf again. It must not sign what somebody has written by hand.
    if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
        raise ConfUntrusted(f"No submission has made the job {job_id}, so it cannot be moved. Cancel and submit it.")


def _move(account: Account, run: DagRun, job_id: str, priority: Priority, session: Session) -> None:
    """Delete a job's run, and admit the job to the queue of a priority by the rules for a new job."""
    is_held = holds.is_on_hold(run)
    run_after = released_time(run.run_after) if is_held else run.run_after
    kept = {"id": run.id, "created_at": run.created_at, "queued_at": run.queued_at, "run_after": run_after}
    kept |= {"partition_key": run.partition_key, "clear_number": run.clear_number}
    conf, door, user = dict(run.conf or {}), run.triggered_by, run.triggering_user_name
    session.delete(run)
    session.flush()
    decision = decide(queue_occupancy.occupancy(account, priority, session), account, priority, is_held=is_held)
    dag_id, own = ingest_dag_id(account.name, priority), run_id(priority, job_id)
    facts = facts_of(conf)
    moved = create_run(
        latest_dag(dag_id, session),
        own,
        conf=conf,
        logical_date=_free_date(dag_id, place(account, priority, facts.submitted_at or run_after), session),
        door=door.value if door else "rest_api",
        user=user,
        session=session,
    )
    # Lists order jobs by the id of the row: with its old id, the job keeps its place in them.
    for name, known in kept.items():
        setattr(moved, name, known)
    moved.conf = sign({**conf, "priority": priority}, dag_id=dag_id, run_id=own)
    moved.note = (job_note(facts.source, facts.workflow, priority), None)
    session.flush()
    match decision:
        case Decision.START:
            reserve_slots([moved], session)
        case Decision.HOLD:
            holds.hold({moved: facts.workflow}, session)
        case Decision.WAIT:
            # Younger jobs may compete for slots already.
            holds.requeue(account, session)


def _free_date(dag_id: str, wanted: datetime, session: Session) -> datetime:
    """Return the first unused logical date of a DAG from a time on; Airflow allows each date of a DAG once."""
    while dates_among([(dag_id, wanted)], session):
        wanted += timedelta(microseconds=1)
    return wanted
