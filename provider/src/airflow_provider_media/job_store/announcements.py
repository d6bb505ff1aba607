"""Replay of announcements: the deliveries of a job's events are cleared, so that Airflow makes them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.airflow_contract.run_states import ENDED, FAILED
from airflow_provider_media.core.announcements.event import run_id_prefix
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.task_ids import DELIVER
from airflow_provider_media.job_store.dag_runs import latest_dag
from airflow_provider_media.job_store.errors import JobUnknown

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def replay(job_id: str, *, only_failed: bool) -> dict[str, int]:
    """Deliver the events of a job again; return the number of deliveries by the run that makes them.

    :param only_failed: whether successful deliveries are left alone.
    :raises JobUnknown: when Airflow has no announcement of the job.
    """
    states = (FAILED,) if only_failed else ENDED
    with create_session() as session:
        cleared = {run: _clear(run, states, session) for run in _runs(job_id, session)}
    if not cleared:
        raise JobUnknown(
            f"Nothing was announced of the job {job_id!r}: nobody wanted to hear of it, or Airflow no longer has the"
            " run."
        )
    return cleared


def _runs(job_id: str, session: Session) -> list[str]:
    named = DagRun.run_id.startswith(run_id_prefix(job_id), autoescape=True)
    return list(session.scalars(select(DagRun.run_id).where(DagRun.dag_id == ANNOUNCE, named).order_by(DagRun.id)))


def _clear(run_id: str, states: tuple[str, ...], session: Session) -> int:
    ours = (TaskInstance.dag_id == ANNOUNCE, TaskInstance.run_id == run_id, TaskInstance.task_id == DELIVER)
    indexes = session.scalars(select(TaskInstance.map_index).where(*ours, TaskInstance.state.in_(states))).all()
    if not indexes:
        return 0
    return latest_dag(ANNOUNCE, session).clear(
        run_id=run_id, task_ids=[(DELIVER, index) for index in indexes], session=session
    )
