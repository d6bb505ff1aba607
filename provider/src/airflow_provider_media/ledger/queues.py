"""The queues of an account as Airflow's database has them: the tasks that hold or await a slot, and the pool of slots.

Semi-private parts of Airflow (its models) are used in this folder alone.
"""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.models import DagModel, DagRun, Pool, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import and_, func, or_, select, update

from airflow_provider_media.core.errors import QueueMissing
from airflow_provider_media.core.ingest.accounts import DEFAULT_ACCOUNT, Account
from airflow_provider_media.core.ingest.admission import AT_ONCE, Occupancy
from airflow_provider_media.core.ingest.names import SLOT_TASK, ingest_dag_id, ingest_dag_ids, pool_name, run_id
from airflow_provider_media.core.ingest.priorities import PRIORITIES, Priority
from airflow_provider_media.core.serde import digest
from airflow_provider_media.ledger.line import Line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ALIVE = ("queued", "running")
"""States of runs that have not ended."""
HOLDING = ("queued", "running", "deferred", "restarting")
"""States of tasks that take a slot of a pool that counts deferred tasks."""
AWAITING = ("scheduled", "up_for_retry", "up_for_reschedule")
"""States of tasks that have not got a slot, besides none at all."""

same_run = and_(DagRun.dag_id == TaskInstance.dag_id, DagRun.run_id == TaskInstance.run_id)
# Whoever triggers the DAG by hand makes a run without a job, under an id of Airflow's.
is_job = or_(
    *(
        and_(
            DagRun.dag_id.startswith(ingest_dag_id(DEFAULT_ACCOUNT, priority), autoescape=True),
            DagRun.run_id.startswith(run_id(priority, ""), autoescape=True),
        )
        for priority in PRIORITIES
    )
)
is_slot_task = and_(TaskInstance.task_id == SLOT_TASK, is_job)
is_alive = DagRun.state.in_(ALIVE)
is_awaiting = TaskInstance.state.is_(None) | TaskInstance.state.in_(AWAITING)
is_holding = TaskInstance.state.in_(HOLDING)
is_promised = TaskInstance.priority_weight >= AT_ONCE


_turns: defaultdict[str, Line] = defaultdict(Line)


@contextmanager
def turn(account: str) -> Iterator[Session]:
    """A transaction in which nobody else changes the account's queues; committed at the end of the block."""
    # Threads of this process wait here, where they keep no connection: a pool of connections would soon be empty.
    with _turns[account], create_session(scoped=False) as session:
        lock(account, session)
        yield session


def lock(account: str, session: Session) -> None:
    """Let nobody else change an account's queues until the transaction ends; must be its first statement."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(digest(["media", account])[:15], 16))))
        return
    # Writes nothing new, but takes the row's lock in MySQL and the one of the whole file in SQLite.
    row = update(DagModel).where(DagModel.dag_id == ingest_dag_id(account, PRIORITIES[0])).values(is_paused=DagModel.is_paused)
    session.execute(row, execution_options={"synchronize_session": False})


def occupancy(account: Account, priority: Priority, session: Session) -> Occupancy:
    """The jobs of an account's queues, for a new one of a priority.

    :raises QueueMissing: when Airflow does not know the queue's DAG.
    """
    paused = queue_dag(account, priority, session).is_paused
    counts = _count(account, session)
    return Occupancy(
        active={each: counts[each, True] for each in PRIORITIES},
        waiting={each: counts[each, False] for each in PRIORITIES},
        slots=slots(account, session),
        paused=paused,
    )


def _count(account: Account, session: Session) -> Counter[tuple[Priority, bool]]:
    """Jobs by priority, and by whether they are active."""
    rows = session.execute(
        select(TaskInstance.dag_id, is_holding, is_promised, func.count())
        .join(DagRun, same_run)
        .where(DagRun.dag_id.in_(ingest_dag_ids(account.name)), is_alive, is_slot_task, is_holding | is_awaiting)
        .group_by(TaskInstance.dag_id, is_holding, is_promised)
    )
    by_dag = {ingest_dag_id(account.name, priority): priority for priority in PRIORITIES}
    counts: Counter[tuple[Priority, bool]] = Counter()
    for dag_id, holding, promised, number in rows:
        counts[by_dag[dag_id], bool(holding or promised)] += number
    return counts


def queue_dag(account: Account, priority: Priority, session: Session) -> DagModel:
    """The DAG of a queue.

    :raises QueueMissing: when Airflow has not read it yet, or no longer finds it.
    """
    dag_id = ingest_dag_id(account.name, priority)
    found = session.scalar(select(DagModel).where(DagModel.dag_id == dag_id, ~DagModel.is_stale))
    if found is None:
        raise QueueMissing(f"Airflow does not know the DAG {dag_id} yet; try again once its DAG processor has read dags/media_ingest.py.")
    return found


def slots(account: Account, session: Session) -> int | None:
    """Slots of an account's pool, or those that it is going to be made with; None for no limit."""
    number = session.scalar(select(Pool.slots).where(Pool.pool == pool_name(account.name)))
    return account.limits.active if number is None else None if number < 0 else number


def make_missing_pool(account: Account, session: Session) -> None:
    """Make an account's pool where somebody has deleted it: no job would ever start without."""
    if session.scalar(select(Pool.slots).where(Pool.pool == pool_name(account.name))) is None:
        make_pool(account, session)


def make_pool(account: Account, session: Session) -> None:
    """Make an account's pool."""
    session.add(
        Pool(
            pool=pool_name(account.name),
            slots=account.limits.active,
            description=f"Active jobs of the account {account.name}",
            include_deferred=True,
        )
    )
    session.flush()


def make_pools(accounts: Iterable[Account], session: Session, *, reset: bool = False) -> dict[str, str]:
    """Make the pools of accounts.

    :param reset: whether pools that are there get the slots of ``queues.yaml``; otherwise what was set on the Pools page stays.
    :return: what was done or found, by the pool's name.
    """
    return {pool_name(account.name): _settle_pool(account, session, reset=reset) for account in accounts}


def _settle_pool(account: Account, session: Session, *, reset: bool) -> str:
    pool = session.scalar(select(Pool).where(Pool.pool == pool_name(account.name)))
    wanted = account.limits.active
    if pool is None:
        make_pool(account, session)
        return f"made with {wanted} slots"
    # A pool that does not count waiting tasks would give a slot away while its job runs.
    pool.include_deferred = True
    if pool.slots == wanted:
        return f"has {wanted} slots"
    if not reset:
        return f"keeps {pool.slots} slots; queues.yaml says {wanted}"
    before, pool.slots = pool.slots, wanted
    return f"now has {wanted} slots instead of {before}"


def slot_tasks(account: str) -> Any:
    """A query for the runs of an account's jobs and their slot tasks."""
    return select(DagRun, TaskInstance).join(TaskInstance, same_run).where(DagRun.dag_id.in_(ingest_dag_ids(account)), is_slot_task)
