"""Release of a job's slot in the transaction in which the job's run succeeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.utils.state import TaskInstanceState
from sqlalchemy import select

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.names import priority_of_run
from airflow_provider_media.core.task_ids import PUBLISH
from airflow_provider_media.job_store.dag_runs import find_task_of, push_xcom
from airflow_provider_media.job_store.job_views import value
from airflow_provider_media.job_store.queue_occupancy import is_slot_task
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of
from airflow_provider_media.triggers.slot import UNPUBLISHED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def free_slot(run: DagRun, session: Session) -> None:
    """Release a job's slot, now that the job's run in its workflow's DAG has succeeded.

    The slot task ends as its trigger would end it. The trigger sees the end only at its next poll, and Airflow's
    triggerer passes events on once a second. The trigger then finds nothing left to do.

    A run has published nothing when somebody has marked its tasks. Its job then has failed.

    :param run: a run that has succeeded; a run for which no slot is held is left alone.
    """
    if priority_of_run(run.run_id) is None:
        return
    # Airflow's index over task states keeps this query cheap: few tasks are deferred.
    holds = (TaskInstance.state == "deferred", TaskInstance.run_id == run.run_id, is_slot_task)
    task = session.scalar(select(TaskInstance).join(TaskInstance.dag_run).where(*holds))
    # A user who may trigger some other DAG can give its run the id of a job's run.
    if task is None or workflow_dag_of(task.dag_run) != run.dag_id:
        return
    # Airflow does the same for a trigger's event, but pushes the XComs over its own connection. Here all of it is part
    # of this transaction.
    has_published = is_published(run, session)
    for key, left in _outcome(task.dag_run.clear_number, has_published=has_published).xcoms().items():
        push_xcom(task, key, value=left, session=session)
    task.set_state(TaskInstanceState.SUCCESS if has_published else TaskInstanceState.SKIPPED, session=session)
    task.trigger_id = None


def is_published(run: DagRun, session: Session) -> bool:
    """Return whether the publish task has returned a manifest.

    A custom workflow may have no such task; its run counts as published.
    """
    if find_task_of(run, PUBLISH, session) is None:
        return True
    return value(run.dag_id, run.run_id, PUBLISH, RETURN_VALUE, session) is not None


def _outcome(redrive: int, *, has_published: bool) -> JobOutcome:
    if has_published:
        return JobOutcome.now(JobState.SUCCEEDED, redrive=redrive)
    return JobOutcome.now(JobState.FAILED, UNPUBLISHED, redrive=redrive)
