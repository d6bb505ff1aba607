"""Announcements of a job: which there are, and their replay.

A replay clears the deliveries of a job's events, so that Airflow makes them again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.airflow_contract.run_states import ENDED, ENDED_WITHOUT_SUCCESS, FAILED, SUCCESS
from airflow_provider_media.airflow_contract.xcom import ERROR
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.announcements.event import run_id_prefix
from airflow_provider_media.core.announcements.outbox import Announcement
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.publication.job_page_views import (
    AnnouncementView,
    DeliveryState,
    DeliveryView,
    JobAnnouncements,
)
from airflow_provider_media.core.task_ids import DELIVER
from airflow_provider_media.hooks.signing import is_signed
from airflow_provider_media.job_store.dag_runs import latest_dag
from airflow_provider_media.job_store.errors import JobUnknown
from airflow_provider_media.job_store.job_queries import find_run
from airflow_provider_media.job_store.job_views import mapped_values

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement


RETRYING = "up_for_retry"
"""Airflow's state of a task between its attempts."""


def read_announcements(account: Account, job_id: str) -> JobAnnouncements:
    """Return the announcements of a job with their deliveries, oldest first.

    :raises JobUnknown: when the account has no job of this id.
    """
    with create_session(scoped=False) as session:
        find_run(account, job_id, session)
        runs = session.scalars(select(DagRun).where(*_announcing(job_id)).order_by(DagRun.id)).all()
        return JobAnnouncements(announcements=tuple(_view(run, session) for run in runs if _is_ours(run)))


def _is_ours(run: DagRun) -> bool:
    """Return whether this package made a run; anybody else's could claim anything about any job."""
    try:
        return is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id)
    except ConfigurationError:  # without a key, nothing vouches for the run
        return False


def _view(run: DagRun, session: Session) -> AnnouncementView:
    one = Announcement.from_json(run.conf or {})
    rows = session.scalars(select(TaskInstance).where(*_deliveries(run.run_id)))
    tasks = {task.map_index: task for task in rows}
    errors = mapped_values((run.dag_id, run.run_id), (DELIVER,), ERROR, session)
    return AnnouncementView(
        event=one.event.type,
        event_id=one.event.id,
        time=one.event.time,
        dag_id=run.dag_id,
        run_id=run.run_id,
        deliveries=tuple(
            _delivery(target, tasks.get(index), errors.get((DELIVER, index)))
            for index, target in enumerate(one.targets)
        ),
    )


def _delivery(target: Target, task: TaskInstance | None, error: dict[str, Any] | None) -> DeliveryView:
    state = _state(None if task is None or task.state is None else str(task.state))
    view = DeliveryView(target=_name(target), kind=target.kind, state=state)
    if task is None:
        return view
    return replace(
        view,
        attempts=task.try_number or 0,
        attempted_at=task.end_date,
        next_attempt_at=_next_attempt(task) if state == "retrying" else None,
        error={name: error.get(name) for name in ("code", "message")} if error and state != "delivered" else None,
    )


def _next_attempt(task: TaskInstance) -> datetime | None:
    wait = task.retry_delay_override
    return task.end_date + timedelta(seconds=wait) if task.end_date and wait else None


def _state(state: str | None) -> DeliveryState:
    if state == SUCCESS:
        return "delivered"
    if state == RETRYING:
        return "retrying"
    return "failed" if state in ENDED_WITHOUT_SUCCESS else "waiting"


def _name(target: Target) -> str:
    try:
        return target.name
    except ConfigurationError:  # the distribution that added this kind has been removed
        return target.kind


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
    return list(session.scalars(select(DagRun.run_id).where(*_announcing(job_id)).order_by(DagRun.id)))


def _announcing(job_id: str) -> tuple[ColumnElement[bool], ...]:
    return DagRun.dag_id == ANNOUNCE, DagRun.run_id.startswith(run_id_prefix(job_id), autoescape=True)


def _deliveries(run_id: str) -> tuple[ColumnElement[bool], ...]:
    return TaskInstance.dag_id == ANNOUNCE, TaskInstance.run_id == run_id, TaskInstance.task_id == DELIVER


def _clear(run_id: str, states: tuple[str, ...], session: Session) -> int:
    ours = (*_deliveries(run_id), TaskInstance.state.in_(states))
    indexes = session.scalars(select(TaskInstance.map_index).where(*ours)).all()
    if not indexes:
        return 0
    return latest_dag(ANNOUNCE, session).clear(
        run_id=run_id, task_ids=[(DELIVER, index) for index in indexes], session=session
    )
