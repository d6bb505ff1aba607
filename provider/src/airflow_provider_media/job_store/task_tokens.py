"""Task tokens: a callback is stored with the task that waits for it, and wakes the task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.models import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from airflow_provider_media.airflow_contract.records import WaitRecord
from airflow_provider_media.airflow_contract.xcom import ANSWER, AWAITED, HEARTBEAT, WAIT_BEGUN
from airflow_provider_media.core.dag_ids import STATE_WAIT
from airflow_provider_media.core.statelang.tokens import SETTLED_SECONDS, WaitingTask, digest_of, task_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.job_store.dag_runs import find_run_of, push_xcom, wake
from airflow_provider_media.job_store.errors import TaskEnded


def answer(token: str, result: Mapping[str, Any]) -> None:
    """Give a waiting task its callback; the callback is stored when this returns.

    :param result: ``output``, or ``error`` and ``cause``.
    :raises TaskTokenInvalid: when the text is no task token.
    :raises TaskEnded: when the task no longer waits.
    """
    with create_session(scoped=False) as session:
        task = waiting_task(token, session)
        push_xcom(task, ANSWER, value=dict(result), session=session)
        if task.state == "deferred" and _is_settled(token, session):
            wake(task, session)


def heartbeat(token: str) -> None:
    """Record a heartbeat of a waiting task: a worker still works on it.

    :raises TaskTokenInvalid: when the text is no task token.
    :raises TaskEnded: when the task no longer waits.
    """
    with create_session(scoped=False) as session:
        push_xcom(waiting_task(token, session), HEARTBEAT, value=datetime.now(UTC).isoformat(), session=session)


def dag_of(token: str) -> str:
    """Return the DAG id of the state machine that waits for a callback.

    A user who may trigger this DAG may send the callback.

    :raises TaskTokenInvalid: when the text is no task token.
    """
    return machine_dag_of(task_of(token, settings.token_secret()))


def machine_dag_of(named: WaitingTask) -> str:
    """Return the DAG id of the state machine that a task waits for."""
    if named.dag_id != STATE_WAIT:
        return named.dag_id
    with create_session(scoped=False) as session:
        run = find_run_of(named.dag_id, named.run_id, session)
        # The run waits on behalf of an execution, which its conf names.
        conf = None if run is None else run.conf
        return str(conf["execution"]["dag_id"]) if conf else named.dag_id


def waiting_task(token: str, session: Session) -> TaskInstance:
    """Return the waiting task, which nobody else changes before the transaction ends.

    :raises TaskTokenInvalid: when the text is no task token.
    :raises TaskEnded: when the task no longer waits.
    """
    named = task_of(token, settings.token_secret())
    ours = (
        TaskInstance.dag_id == named.dag_id,
        TaskInstance.run_id == named.run_id,
        TaskInstance.task_id == named.task_id,
        TaskInstance.map_index == named.map_index,
    )
    # This update changes nothing. It takes the row's lock, or the lock of the whole file in SQLite. A task that is
    # about to be deferred waits for the lock, and then finds its callback.
    lock = update(TaskInstance).where(*ours).values(priority_weight=TaskInstance.priority_weight)
    session.execute(lock, execution_options={"synchronize_session": False})
    task: TaskInstance | None = session.scalar(select(TaskInstance).where(*ours))
    if (
        task is None
        or not _waits(task)
        or left_with(named, AWAITED, session) != digest_of(token)
        or left_with(named, ANSWER, session) is not None
    ):
        raise TaskEnded
    return task


def _is_settled(token: str, session: Session) -> bool:
    wait = WaitRecord.pulled(left_with(task_of(token, settings.token_secret()), WAIT_BEGUN, session))
    return (datetime.now(UTC) - datetime.fromisoformat(wait.since)).total_seconds() > SETTLED_SECONDS


def _waits(task: TaskInstance) -> bool:
    # A running task has sent its request and is about to be deferred, unless it has been woken.
    return task.state == "deferred" or (task.state == "running" and task.next_method is None)


def left_with(named: WaitingTask, key: str, session: Session) -> Any:
    """Return an XCom of a task; ``None`` when there is none."""
    row = session.scalar(
        select(XComModel).where(
            XComModel.dag_id == named.dag_id,
            XComModel.run_id == named.run_id,
            XComModel.task_id == named.task_id,
            XComModel.map_index == named.map_index,
            XComModel.key == key,
        )
    )
    return None if row is None else XComModel.deserialize_value(row)
