"""The two runs of a job: the run in its workflow's DAG works only while the run in its queue holds a slot."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from airflow.utils.state import DagRunState, TaskInstanceState
from sqlalchemy import select

from airflow_provider_media.airflow_contract.run_states import HOLDING, UNFINISHED
from airflow_provider_media.airflow_contract.xcom import JOB_CANCELLED, JOB_STATE, OF_A_TRY
from airflow_provider_media.core.dag_ids import ingest_dag_id, queue_of_dag
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.names import job_id_of_run, priority_of_run
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.hooks.catalogue import queues as configured_queues
from airflow_provider_media.hooks.signing import is_signed
from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, forget, push_xcom, tasks_of
from airflow_provider_media.job_store.job_commands import put_back
from airflow_provider_media.job_store.job_views import state_of, value

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


def find_queue_run(run: DagRun, session: Session) -> DagRun | None:
    """Return a job's run in its queue, given the job's run in its workflow's DAG.

    The result is None when no job has made the given run, or when Airflow no longer has the job.

    :param run: run of the job in its workflow's DAG.
    """
    priority = priority_of_run(run.run_id)
    if priority is None or not _is_signed(run):
        return None
    conf = run.conf or {}
    return find_run_of(ingest_dag_id(str(conf["account"]), priority), run.run_id, session)


def _is_signed(run: DagRun) -> bool:
    try:
        return is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id)
    except ConfigurationError:
        # The scheduler calls this too, and must not stop when no key is configured.
        return False


def begin_run(run: DagRun, session: Session) -> None:
    """Let a run of a job begin, or keep it from beginning, in the transaction in which the run begins."""
    if is_queue(run.dag_id):
        begin_queue_run(run, session)
    else:
        begin_workflow_run(run, session)


def begin_workflow_run(run: DagRun, session: Session) -> None:
    """Let a job's work begin, in the transaction in which its run begins, only with a slot held for it.

    When somebody has cleared the run of a failed job, the job goes back into its queue. At its turn, the job clears the
    run again.

    :param run: any run of a DAG that may be a workflow's.
    """
    if priority_of_run(run.run_id) is None or not _is_signed(run) or "account" not in (run.conf or {}):
        return
    queue_run = find_queue_run(run, session)
    task = None if queue_run is None else find_task_of(queue_run, SLOT_TASK, session)
    if queue_run is None or task is None:
        put_as_it_was(run, DagRunState.FAILED, session)
        log.warning(
            "The run %s of %s does not begin: Airflow has no run of its job in a queue any more.",
            run.run_id,
            run.dag_id,
        )
    elif task.state not in HOLDING:
        _keep_from_working(run, queue_run, task, session)


def _keep_from_working(run: DagRun, queue_run: DagRun, task: TaskInstance, session: Session) -> None:
    state = _state(queue_run, task, session)
    put_as_it_was(run, DagRunState.SUCCESS if state is JobState.SUCCEEDED else DagRunState.FAILED, session)
    log.warning("The run %s of %s does not begin: its job %s, and holds no slot.", run.run_id, run.dag_id, state.said)
    # A run that was never cleared was started by its slot task while somebody ended the job.
    if state.ended and state is not JobState.SUCCEEDED and run.clear_number and str(queue_run.state) not in UNFINISHED:
        retry(queue_run, task, session)


def retry(queue_run: DagRun, task: TaskInstance, session: Session) -> None:
    """Put a job back into its queue; a job that cannot wait there stays ended, and the log says why."""
    try:
        put_back(configured_queues().account(queue_of_dag(queue_run.dag_id)[0]), queue_run, task, session)
    except MediaError as refused:
        log.warning("The job %s is not tried again: %s", job_id_of_run(queue_run.run_id), refused.message)


def begin_queue_run(run: DagRun, session: Session) -> None:
    """Let a job that somebody has cleared wait for its slot like a new job; a succeeded job stays succeeded.

    :param run: a run of a queue's DAG that begins.
    """
    task = find_task_of(run, SLOT_TASK, session) if run.clear_number else None
    if task is None or task.state is not None:
        return
    if value(run.dag_id, run.run_id, SLOT_TASK, JOB_STATE, session) == JobState.SUCCEEDED:
        put_as_it_was(run, DagRunState.SUCCESS, session)
    else:
        forget(task, OF_A_TRY, session)


def put_as_it_was(run: DagRun, state: DagRunState, session: Session) -> None:
    """Undo the clearing of a run: its tasks get the states of their last end.

    :param state: state that the run gets.
    """
    for task in tasks_of(run, session):
        if task.state is None:
            task.state = _last_state(task, session) or TaskInstanceState.SKIPPED
    run.set_state(state)


def _last_state(task: TaskInstance, session: Session) -> str | None:
    same = (
        TaskInstanceHistory.dag_id == task.dag_id,
        TaskInstanceHistory.run_id == task.run_id,
        TaskInstanceHistory.task_id == task.task_id,
        TaskInstanceHistory.map_index == task.map_index,
    )
    return session.scalar(
        select(TaskInstanceHistory.state).where(*same).order_by(TaskInstanceHistory.try_number.desc()).limit(1)
    )


def cancel_by_hand(run: DagRun, session: Session) -> None:
    """Mark a job as cancelled when somebody has marked its work as failed.

    :param run: run of the job in its workflow's DAG.
    """
    queue_run = find_queue_run(run, session)
    task = None if queue_run is None else find_task_of(queue_run, SLOT_TASK, session)
    if task is not None and task.state in HOLDING:
        push_xcom(task, JOB_CANCELLED, value=True, session=session)


def _state(run: DagRun, task: TaskInstance, session: Session) -> JobState:
    return state_of(run, task, value(run.dag_id, run.run_id, SLOT_TASK, JOB_STATE, session))


def is_queue(dag_id: str) -> bool:
    """Return whether a DAG is a queue of an account."""
    try:
        queue_of_dag(dag_id)
    except ValueError:
        return False
    return True
