"""Approvals: the questions of an execution that people have not answered yet, from Airflow's required actions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from airflow.models import DagRun, TaskInstance
from airflow.models.hitl import HITLDetail
from airflow.utils.session import create_session
from sqlalchemy import and_, or_, select

from airflow_provider_media.airflow_contract.run_states import ASKING
from airflow_provider_media.core.dag_ids import STATE_WAIT, machine_dag_id
from airflow_provider_media.core.statelang.service import OpenApproval
from airflow_provider_media.job_store.queue_occupancy import same_run

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_approvals(machine: str, name: str) -> tuple[OpenApproval, ...]:
    """Return the open questions of an execution, the oldest first.

    A state that is a task of its own asks in the run of its execution. Any other state asks in a child run.
    """
    dag_id = machine_dag_id(machine)
    execution = {"dag_id": dag_id, "run_id": name}
    ours = or_(and_(TaskInstance.dag_id == dag_id, TaskInstance.run_id == name), TaskInstance.dag_id == STATE_WAIT)
    asking = (
        select(HITLDetail, DagRun.conf)
        .join(TaskInstance, TaskInstance.id == HITLDetail.ti_id)
        .join(DagRun, same_run)
        .where(ours, TaskInstance.state == ASKING, HITLDetail.responded_at.is_(None))
        .order_by(HITLDetail.created_at)
    )
    with create_session(scoped=False) as session:
        rows = session.execute(asking).all()
        return tuple(
            _approval(detail, conf or {})
            for detail, conf in rows
            if detail.task_instance.dag_id == dag_id or _execution(conf) == execution
        )


def _execution(conf: Mapping[str, object] | None) -> dict[str, object]:
    execution = (conf or {}).get("execution")
    return {each: execution.get(each) for each in ("dag_id", "run_id")} if isinstance(execution, dict) else {}


def _approval(detail: HITLDetail, conf: Mapping[str, object]) -> OpenApproval:
    task = detail.task_instance
    return OpenApproval(
        state=_state_of(str(conf["task"])) if task.dag_id == STATE_WAIT else None,
        dag_id=task.dag_id,
        run_id=task.run_id,
        task_id=task.task_id,
        map_index=task.map_index,
        subject=detail.subject,
        body=detail.body,
        options=tuple(detail.options),
        assigned_to=tuple(each["id"] for each in detail.assignees or ()),
        asked_at=detail.created_at,
    )


def _state_of(task: str) -> str:
    """Return the name of the state in the id of an execution's task, such as ``/Each[0]/Ask@1#1``."""
    return unquote(task.rpartition("/")[2].partition("@")[0])
