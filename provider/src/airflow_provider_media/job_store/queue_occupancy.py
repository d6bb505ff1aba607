"""Queue occupancy: which tasks hold a slot of an account, and which tasks wait for one.

Only this folder uses semi-private parts of Airflow (its models).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.models import DagModel, DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import and_, func, or_, select, update

from airflow_provider_media.airflow_contract.run_states import AWAITING, HOLDING, UNFINISHED
from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id, ingest_dag_ids
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.submission.admission import AT_ONCE, Occupancy
from airflow_provider_media.core.submission.errors import QueueMissing
from airflow_provider_media.core.submission.holds import held_after
from airflow_provider_media.core.submission.live_limits import waiting_limits
from airflow_provider_media.core.submission.names import run_id
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.job_store.fair_lock import FairLock
from airflow_provider_media.job_store.pools import read_limits, slots

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement

same_run = and_(DagRun.dag_id == TaskInstance.dag_id, DagRun.run_id == TaskInstance.run_id)
# A user who triggers the DAG by hand makes a run without a job, under an id of Airflow's.
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
is_alive = DagRun.state.in_(UNFINISHED)
is_awaiting = TaskInstance.state.is_(None) | TaskInstance.state.in_(AWAITING)
is_holding = TaskInstance.state.in_(HOLDING)
is_promised = TaskInstance.priority_weight >= AT_ONCE


def is_held() -> ColumnElement[bool]:
    """Return the condition for a run that is on hold now."""
    return held_at(DagRun)


def held_at(run: Any) -> ColumnElement[bool]:
    """Return the same condition for a run under another name.

    :param run: ``DagRun``, or an alias of it.
    """
    held: ColumnElement[bool] = run.run_after > held_after(datetime.now(UTC))
    return held


_turns: defaultdict[str, FairLock] = defaultdict(FairLock)


@contextmanager
def turn(account: str) -> Iterator[Session]:
    """Open a transaction in which nobody else changes the account's queues; it is committed at the end of the block."""
    # Threads of this process wait here without a connection; otherwise the connection pool would soon be empty.
    with _turns[account], create_session(scoped=False) as session:
        lock(account, session)
        yield session


def lock(account: str, session: Session) -> None:
    """Keep others from changing an account's queues until the transaction ends.

    The call must be the transaction's first statement.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(digest(["media", account])[:15], 16))))
        return
    # This update changes nothing. It takes the row's lock in MySQL, and the lock of the whole file in SQLite.
    row = (
        update(DagModel)
        .where(DagModel.dag_id == ingest_dag_id(account, PRIORITIES[0]))
        .values(is_paused=DagModel.is_paused)
    )
    session.execute(row, execution_options={"synchronize_session": False})


def occupancy(account: Account, priority: Priority, session: Session) -> Occupancy:
    """Return the occupancy of an account's queues, for the admission of a new job of a priority.

    :raises QueueMissing: when Airflow does not know the queue's DAG.
    """
    paused = queue_dag(account, priority, session).is_paused
    counts = _count(account, session)
    return Occupancy(
        active={each: counts[each, "active"] for each in PRIORITIES},
        waiting={each: counts[each, "waiting"] + counts[each, "held"] for each in PRIORITIES},
        held={each: counts[each, "held"] for each in PRIORITIES},
        slots=slots(account, session),
        limits=waiting_limits(read_limits(account, session)),
        paused=paused,
    )


def _count(account: Account, session: Session) -> Counter[tuple[Priority, str]]:
    """Count jobs by priority, and by whether they are ``active``, ``waiting`` or ``held``."""
    held = is_held().label("held")
    rows = session.execute(
        select(TaskInstance.dag_id, is_holding, is_promised, held, func.count())
        .join(DagRun, same_run)
        .where(DagRun.dag_id.in_(ingest_dag_ids(account.name)), is_alive, is_slot_task, is_holding | is_awaiting)
        # Group by the label: the expression holds a time, and the database would take a second copy as another
        # expression.
        .group_by(TaskInstance.dag_id, is_holding, is_promised, "held")
    )
    by_dag = {ingest_dag_id(account.name, priority): priority for priority in PRIORITIES}
    counts: Counter[tuple[Priority, str]] = Counter()
    for dag_id, holding, promised, is_on_hold, number in rows:
        waiting = "held" if is_on_hold else "waiting"
        counts[by_dag[dag_id], "active" if holding or promised else waiting] += number
    return counts


def queue_dag(account: Account, priority: Priority, session: Session) -> DagModel:
    """Return the DAG of a queue.

    :raises QueueMissing: when Airflow has not read the DAG yet, or no longer finds it.
    """
    dag_id = ingest_dag_id(account.name, priority)
    found: DagModel | None = session.scalar(select(DagModel).where(DagModel.dag_id == dag_id, ~DagModel.is_stale))
    if found is None:
        raise QueueMissing(
            f"Airflow does not know the DAG {dag_id} yet; try again once its DAG processor has read"
            " dags/media_ingest.py."
        )
    return found


def is_paused(account: Account, priority: Priority, session: Session) -> bool:
    """Return whether a queue is paused; a queue that Airflow does not know is not paused."""
    return bool(
        session.scalar(select(DagModel.is_paused).where(DagModel.dag_id == ingest_dag_id(account.name, priority)))
    )


def slot_tasks(account: str) -> Select[DagRun, TaskInstance]:
    """Return a query for the runs of an account's jobs and their slot tasks."""
    return (
        select(DagRun, TaskInstance)
        .join(TaskInstance, same_run)
        .where(DagRun.dag_id.in_(ingest_dag_ids(account)), is_slot_task)
    )


def waiting_jobs(account: str) -> Select[DagRun, TaskInstance]:
    """Return a query for the runs and slot tasks of an account's jobs that wait for a slot, including those on hold."""
    return slot_tasks(account).where(is_alive, is_awaiting, ~is_promised)
