"""Notices of what keeps jobs waiting, for queues, for health checks and for ``airflow media doctor``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from airflow.models import DagModel, Pool
from airflow.sdk.configuration import conf
from sqlalchemy import or_, select

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.dag_ids import (
    ANNOUNCE,
    ARRIVALS,
    EXPIRY,
    MAINTENANCE,
    STATE_DAGS,
    UPLOADS,
    scheduled_dag_id,
)
from airflow_provider_media.core.submission.admission import Occupancy
from airflow_provider_media.core.submission.holds import pool_notice, queue_notice
from airflow_provider_media.core.submission.views import Notice
from airflow_provider_media.job_store import queue_occupancy
from airflow_provider_media.job_store.pools import read_limits

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLUMBING = {
    ANNOUNCE: "the end of jobs is not announced",
    ARRIVALS: "uploads that are found by listing become no jobs",
    UPLOADS: "uploads that SQS queues announce become no jobs",
    EXPIRY: "places for uploads are not emptied",
    MAINTENANCE: "finished work takes more and more space",
}
"""Effects of a paused DAG that all accounts share, by DAG id."""
SCHEDULED = scheduled_dag_id("")
"""Prefix of the ids of DAGs that look for uploads by the schedule of a workflow."""


def account_notices(account: Account, slots: int | None, session: Session) -> Iterator[Notice]:
    """Yield what is wrong with an account's pool and queues, and with the pools and DAGs that all accounts share.

    :param slots: slots of the account's pool; None for no limit.
    """
    chosen = read_limits(account, session)
    wrong = None if chosen is not None and chosen.active == slots else pool_notice(account, slots)
    if wrong:
        yield wrong
    for priority in PRIORITIES:
        paused = queue_occupancy.is_paused(account, priority, session)
        wrong = queue_notice(account, priority, Occupancy(slots=None, paused=paused))
        if wrong:
            yield wrong
    yield from missing_pools((conf.get("media", "pool"), conf.get("media", "announce_pool")), session)
    yield from _plumbing_notices(session)


def _plumbing_notices(session: Session) -> Iterator[Notice]:
    ours = (DagModel.dag_id.in_((*PLUMBING, *STATE_DAGS)), DagModel.dag_id.startswith(SCHEDULED, autoescape=True))
    paused = select(DagModel.dag_id).where(DagModel.is_paused, ~DagModel.is_stale, or_(*ours)).order_by(DagModel.dag_id)
    for dag_id in session.scalars(paused):
        schedule = "uploads that its schedule looks for become no jobs" if dag_id.startswith(SCHEDULED) else None
        what = PLUMBING.get(dag_id) or schedule or "tasks of state machines wait"
        yield Notice(code="dag_paused", message=f"The DAG {dag_id} is paused: {what} until it is unpaused.")


def missing_pools(names: Iterable[str], session: Session) -> Iterator[Notice]:
    """Yield a notice for each missing pool that tasks ask for; Airflow never starts such tasks."""
    wanted = set(names)
    there = set(session.scalars(select(Pool.pool).where(Pool.pool.in_(wanted))))
    for name in sorted(wanted - there):
        yield Notice(
            code="pool_missing",
            message=f"The pool {name} is not there, so tasks in it never start. Make it on Airflow's Pools page.",
        )
