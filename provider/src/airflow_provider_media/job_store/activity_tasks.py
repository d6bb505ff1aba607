"""Activity tasks: each task goes to one worker, the task with the longest wait first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from airflow.models import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import and_, select

from airflow_provider_media.airflow_contract.records import ActivityOffer
from airflow_provider_media.airflow_contract.run_states import TAKABLE
from airflow_provider_media.airflow_contract.xcom import TAKEN, offer_key
from airflow_provider_media.core.statelang.activities import ActivityTask
from airflow_provider_media.core.statelang.tokens import WaitingTask, token_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.job_store.dag_runs import forget, push_xcom
from airflow_provider_media.job_store.errors import TaskEnded
from airflow_provider_media.job_store.task_tokens import left_with, machine_dag_of, waiting_task


def take(activity: str, may: Callable[[str], bool] = lambda _: True) -> ActivityTask | None:
    """Take the task that has waited longest; return ``None`` when no task waits.

    :param may: returns whether tasks of a state machine's DAG may be taken.
    """
    for named in _offered(activity):
        dag_id = machine_dag_of(named)
        found = _taken(activity, named, dag_id) if may(dag_id) else None
        if found is not None:
            return found
    return None


def _offered(activity: str) -> Sequence[WaitingTask]:
    same = and_(
        TaskInstance.dag_id == XComModel.dag_id,
        TaskInstance.run_id == XComModel.run_id,
        TaskInstance.task_id == XComModel.task_id,
        TaskInstance.map_index == XComModel.map_index,
    )
    waiting = (XComModel.key == offer_key(activity), TaskInstance.state.in_(TAKABLE))
    with create_session(scoped=False) as session:
        offers = session.scalars(
            select(XComModel).join(TaskInstance, same).where(*waiting).order_by(XComModel.timestamp)
        ).all()
        return [
            WaitingTask(
                dag_id=row.dag_id,
                run_id=row.run_id,
                task_id=row.task_id,
                map_index=row.map_index,
                attempt=ActivityOffer.pulled(XComModel.deserialize_value(row)).attempt,
            )
            for row in offers
        ]


def _taken(activity: str, named: WaitingTask, dag_id: str) -> ActivityTask | None:
    token = token_of(named, settings.token_secret())
    with create_session(scoped=False) as session:
        try:
            task = waiting_task(token, session)
        except TaskEnded:
            return None
        # Read the offer again: from here on, the lock keeps others from taking the task.
        offer = left_with(named, offer_key(activity), session)
        if offer is None:
            return None
        forget(task, [offer_key(activity)], session)
        push_xcom(task, TAKEN, value=datetime.now(UTC).isoformat(), session=session)
        return ActivityTask(token=token, input=ActivityOffer.pulled(offer).input, dag_id=dag_id)
