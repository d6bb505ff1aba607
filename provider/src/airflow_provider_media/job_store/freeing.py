"""A job's slot is free in the transaction in which its run succeeds."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.state import TaskInstanceState
from sqlalchemy import select

from airflow_provider_media.core.ingest.names import priority_of_run
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.job_store.dag_runs import find_task_of, push_xcom
from airflow_provider_media.job_store.job_views import RESULT, value
from airflow_provider_media.job_store.queue_occupancy import is_slot_task
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of
from airflow_provider_media.triggers.slot import PUBLISH, UNPUBLISHED, left_at_end

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def free_slot(run: DagRun, session: Session) -> None:
    """End the task that holds a job's slot, now that the job's run has succeeded, as its trigger is about to.

    A run that has published nothing, because somebody has marked its tasks, leaves a job that has failed.

    The trigger sees the end at its next look only, and Airflow's triggerer passes on once a second what triggers say. This one will find
    nothing left to do.

    :param run: a run that has succeeded; nothing happens unless some job's slot is held for it.
    """
    if priority_of_run(run.run_id) is None:
        return
    # Airflow's index over states keeps this cheap: few tasks are deferred.
    holds = (TaskInstance.state == "deferred", TaskInstance.run_id == run.run_id, is_slot_task)
    task = session.scalar(select(TaskInstance).join(TaskInstance.dag_run).where(*holds))
    # Whoever may trigger any DAG can give its run the id of a job's.
    if task is None or workflow_dag_of(task.dag_run) != run.dag_id:
        return
    # As Airflow does for a trigger's event, but all of it in this transaction: it leaves XComs over a connection of its own.
    has_published = is_published(run, session)
    for key, left in _left(task.dag_run.clear_number, has_published=has_published).items():
        push_xcom(task, key, value=left, session=session)
    task.set_state(TaskInstanceState.SUCCESS if has_published else TaskInstanceState.SKIPPED, session=session)
    task.trigger_id = None


def is_published(run: DagRun, session: Session) -> bool:
    """Whether the task that publishes has answered with a manifest; a workflow of somebody's own may have no such task."""
    task = find_task_of(run, PUBLISH, session)
    # An EmptyOperator answers nothing: the scheduler ends it without a worker.
    if task is None or task.operator == "EmptyOperator":
        return True
    return value(run.dag_id, run.run_id, PUBLISH, RESULT, session) is not None


def _left(redrive: int, *, has_published: bool) -> dict[str, Any]:
    if has_published:
        return left_at_end(JobState.SUCCEEDED, redrive=redrive)
    return left_at_end(JobState.FAILED, [UNPUBLISHED], redrive=redrive)
