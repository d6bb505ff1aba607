"""Child runs: they end with the run that started them and waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.models.xcom import XComModel
from sqlalchemy import select

from airflow_provider_media.airflow_contract.records import WaitRecord
from airflow_provider_media.airflow_contract.run_states import ASKING, UNFINISHED
from airflow_provider_media.airflow_contract.xcom import WAIT_BEGUN
from airflow_provider_media.core.dag_ids import STATE_WAIT
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.job_store.dag_runs import fail_run, find_run_of, find_task_of
from airflow_provider_media.job_store.job_commands import cancel_run
from airflow_provider_media.job_store.queue_occupancy import same_run

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def end_started(run: DagRun, session: Session) -> None:
    """End the child runs for which tasks of an ended run wait, and the children of those runs."""
    for dag_id, run_id in _awaited(run, session):
        end_one(dag_id, run_id, session)
    for asked in _asking(run, session):
        fail_run(asked, session)


def end_one(dag_id: str, run_id: str, session: Session) -> None:
    """End a run that a task has started, and the child runs for which that run waits.

    A run that has ended or is gone is left alone.
    """
    started = find_run_of(dag_id, run_id, session)
    if started is None or str(started.state) not in UNFINISHED:
        return
    slot = find_task_of(started, SLOT_TASK, session)
    if slot is None:
        fail_run(started, session)
        end_started(started, session)
    else:
        cancel_run(started, slot, session)


def _asking(run: DagRun, session: Session) -> Iterator[DagRun]:
    """Yield the runs in which an execution waits for a person's input.

    Nothing wakes such a run when its execution has ended.
    """
    ours = (TaskInstance.dag_id == STATE_WAIT, TaskInstance.state == ASKING)
    for asking in session.scalars(select(DagRun).join(TaskInstance, same_run).where(*ours)).all():
        execution = (asking.conf or {}).get("execution") or {}
        if (execution.get("dag_id"), execution.get("run_id")) == (run.dag_id, run.run_id):
            yield asking


def _awaited(run: DagRun, session: Session) -> Iterator[tuple[str, str]]:
    ours = (XComModel.dag_id == run.dag_id, XComModel.run_id == run.run_id, XComModel.key == WAIT_BEGUN)
    for row in session.scalars(select(XComModel).where(*ours)).all():
        about = WaitRecord.pulled(XComModel.deserialize_value(row)).about or {}
        if "run_id" in about:
            yield about["dag_id"], about["run_id"]
