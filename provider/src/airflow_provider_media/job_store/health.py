"""Notices of what keeps jobs waiting, for queues, for health checks and for ``airflow media doctor``."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from airflow.models import DagModel, Pool
from airflow.sdk.configuration import conf
from airflow.utils.session import create_session
from sqlalchemy import or_, select

from airflow_provider_media.core.announce.outbox import ANNOUNCE_DAG
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Occupancy
from airflow_provider_media.core.ingest.holds import pool_notice, queue_notice, workflow_paused
from airflow_provider_media.core.ingest.names import ARRIVALS, EXPIRY, UPLOADS
from airflow_provider_media.core.ingest.priorities import PRIORITIES
from airflow_provider_media.core.ingest.views import Notice
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.hooks import catalogue
from airflow_provider_media.job_store import pools, queue_occupancy
from airflow_provider_media.job_store.paused_workflows import paused_among

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLUMBING = {
    ANNOUNCE_DAG: "the end of jobs is not announced",
    ARRIVALS: "uploads that are found by listing become no jobs",
    UPLOADS: "uploads that SQS queues announce become no jobs",
    EXPIRY: "places for uploads are not emptied",
}
"""Effects of a paused DAG that all accounts share, by DAG id."""
SCHEDULED = f"{ARRIVALS}_"
"""Prefix of the ids of DAGs that look for uploads by the schedule of a workflow."""
OF_MACHINES = "media_state_"
"""Prefix of the ids of DAGs that run tasks of state machines."""


def account_notices(account: Account, slots: int | None, session: Session) -> Iterator[Notice]:
    """Yield what is wrong with an account's pool and queues, and with the pools and DAGs that all accounts share.

    :param slots: slots of the account's pool; None for no limit.
    """
    wrong = pool_notice(account, slots)
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
    ours = [DagModel.dag_id.in_(PLUMBING), *(DagModel.dag_id.startswith(begin, autoescape=True) for begin in (SCHEDULED, OF_MACHINES))]
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
            code="pool_missing", message=f"The pool {name} is not there, so tasks in it never start. Make it on Airflow's Pools page."
        )


def all_notices(accounts: Iterable[Account], workflows: Iterable[Workflow], session: Session) -> list[Notice]:
    """Return what is wrong with all accounts and with the workflows' pools, and the paused workflows."""
    known = list(workflows)
    found = [notice for account in accounts for notice in account_notices(account, pools.slots(account, session), session)]
    found += missing_pools((workflow.pool for workflow in known if workflow.pool), session)
    found += map(workflow_paused, sorted(paused_among({workflow.name for workflow in known}, session)))
    return list(dict.fromkeys(found))


def notices() -> list[Notice]:
    """Return what is wrong now, as ``airflow media doctor`` shows it.

    :raises ConfigurationError: when ``queues.yaml`` is not valid.
    """
    accounts = catalogue.queues().accounts.values()
    workflows = [frozen.workflow for frozen in catalogue.all_workflows().values()]
    with create_session(scoped=False) as session:
        return all_notices(accounts, workflows, session)
