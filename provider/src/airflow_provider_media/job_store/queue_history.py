"""History of queues, from Airflow's database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import or_

from airflow_provider_media.airflow_contract.run_states import ENDED_TASKS, SUCCESS
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.dag_ids import queue_of_dag
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.queue_history import JobTimes, QueueHistory, begin_of, queue_history
from airflow_provider_media.job_store.job_filters import made_at
from airflow_provider_media.job_store.job_views import is_in_state
from airflow_provider_media.job_store.queue_occupancy import is_awaiting, slot_tasks


def read_history(account: Account, *, span: timedelta, bucket: timedelta) -> QueueHistory:
    """Return what happened in an account's queues, with one query.

    :param span: time until now.
    :param bucket: length of the spans that are counted.
    """
    now = datetime.now(UTC)
    since = begin_of(now - span, bucket)
    columns = {
        "dag_id": DagRun.dag_id,
        "submitted_at": made_at,
        "started_at": TaskInstance.start_date,
        "ended_at": TaskInstance.end_date,
        "state": TaskInstance.state,
        "is_waiting": is_awaiting,
        "is_cancelled": is_in_state(JobState.CANCELLED),
    }
    recent = or_(made_at >= since, TaskInstance.start_date >= since, TaskInstance.end_date >= since)
    query = slot_tasks(account.name).where(recent)
    with create_session(scoped=False) as session:
        rows: Sequence[Any] = session.execute(
            query.with_only_columns(*(column.label(name) for name, column in columns.items()))
        ).all()
    jobs = (
        JobTimes(
            priority=queue_of_dag(row.dag_id)[1],
            submitted_at=row.submitted_at,
            started_at=None if row.is_waiting else row.started_at,
            ended_at=row.ended_at,
            ended_as=_ended_as(row.state, is_cancelled=row.is_cancelled),
        )
        for row in rows
    )
    return queue_history(account.name, jobs, since=since, until=now, bucket=bucket)


def _ended_as(state: str | None, *, is_cancelled: bool) -> JobState | None:
    """Return how a job has ended; a job that ran out of time counts as failed."""
    if state not in ENDED_TASKS:
        return None
    if state == SUCCESS:
        return JobState.SUCCEEDED
    return JobState.CANCELLED if is_cancelled else JobState.FAILED
