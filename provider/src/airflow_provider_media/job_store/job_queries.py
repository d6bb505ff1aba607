"""Job queries: jobs and queues from Airflow's database, each query in a session of its own."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import and_, func, or_

from airflow_provider_media.core.errors import JobUnknown, RequestInvalid
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Occupancy
from airflow_provider_media.core.ingest.conf_facts import facts_of
from airflow_provider_media.core.ingest.holds import queue_notice, workflow_paused
from airflow_provider_media.core.ingest.names import ingest_dag_id, run_ids
from airflow_provider_media.core.ingest.priorities import PRIORITIES, Priority
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.ingest.views import AccountView, JobFilter, JobPage, JobView, Notice, QueueView
from airflow_provider_media.job_store import pools, queue_occupancy
from airflow_provider_media.job_store.health import account_notices
from airflow_provider_media.job_store.holds import is_on_hold
from airflow_provider_media.job_store.job_views import STATE, Holds, is_in_state, texts, view_of, whole_view
from airflow_provider_media.job_store.paused_workflows import paused_among

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import Select

_made = func.coalesce(DagRun.created_at, DagRun.run_after)
PAGE = 200
"""Most jobs of one page."""


def find_job(account: Account, job_id: str) -> JobView:
    """Return one job with all its details.

    :raises JobUnknown: when the account has no job of this id.
    """
    with create_session(scoped=False) as session:
        run, task = find_run(account, job_id, session)
        hold = _holds(account, {facts_of(run.conf).workflow}, session)
        return whole_view(run, task, position=_position(account, task, session), hold=hold, session=session)


def find_run(account: Account, job_id: str, session: Session) -> tuple[DagRun, TaskInstance]:
    """Return a job's run in its queue, and the task that holds the job's slot.

    :raises JobUnknown: when the account has no job of this id.
    """
    found = session.execute(queue_occupancy.slot_tasks(account.name).where(DagRun.run_id.in_(run_ids(job_id)))).first()
    if found is None:
        raise JobUnknown(f"The account {account.name!r} has no job {job_id!r}.", job_id=job_id)
    return found[0], found[1]


def list_jobs(account: Account, wanted: JobFilter) -> JobPage:
    """Return a page of an account's jobs, newest first.

    :raises RequestInvalid: when the cursor is not that of an earlier page, or when no page has that many jobs.
    """
    limit = wanted.limit
    if not 1 <= limit <= PAGE:
        raise RequestInvalid(f"limit is {limit}; a page has 1 to {PAGE} jobs", field="limit")
    with create_session(scoped=False) as session:
        rows = session.execute(_filtered(account, wanted).order_by(DagRun.id.desc()).limit(limit + 1)).all()
        ended = texts([run for run, _ in rows], STATE, session)
        views = [view_of(run, task, ended.get((run.dag_id, run.run_id))) for run, task in rows[:limit]]
        hold = _holds(account, {view.workflow for view in views}, session)
        jobs = tuple(replace(view, hold=hold(view)) for view in views)
        return JobPage(jobs=jobs, next=str(rows[limit - 1][0].id) if len(rows) > limit else None)


def _filtered(account: Account, wanted: JobFilter) -> Select[Any]:
    conditions = {
        "states": lambda states: or_(*map(is_in_state, sorted(states))),
        "priority": lambda priority: DagRun.dag_id == ingest_dag_id(account.name, priority),
        "workflow": lambda name: DagRun.conf["workflow"]["workflow"]["name"].as_string() == name,
        "video": lambda video: DagRun.conf["video"].as_string() == video,
        # A run is made when its job is submitted. Runs from before Airflow 3.2 do not say when they were made.
        "submitted_after": lambda time: _made >= time,
        "submitted_before": lambda time: _made < time,
        "cursor": lambda cursor: DagRun.id < _row(cursor),
    }
    asked = ((condition, getattr(wanted, name)) for name, condition in conditions.items())
    return queue_occupancy.slot_tasks(account.name).where(*(condition(value) for condition, value in asked if value))


def _row(cursor: str) -> int:
    if not cursor.isdigit():
        raise RequestInvalid("cursor must be the next of an earlier page", field="cursor")
    return int(cursor)


def describe_queues(account: Account) -> AccountView:
    """Return what is in an account's queues now.

    :raises QueueMissing: when Airflow does not know the queues yet.
    """
    with create_session(scoped=False) as session:
        now = queue_occupancy.occupancy(account, PRIORITIES[0], session)
        return AccountView(
            account=account.name,
            active=sum(now.active.values()),
            slots=now.slots,
            warnings=tuple(account_notices(account, now.slots, session)),
            queues={priority: _queue_view(account, priority, now, session) for priority in PRIORITIES},
        )


def _queue_view(account: Account, priority: Priority, now: Occupancy, session: Session) -> QueueView:
    paused = queue_occupancy.queue_dag(account, priority, session).is_paused
    return QueueView(
        active=now.active[priority],
        active_limit=account.limits.active_per_priority.of(priority),
        waiting=now.waiting[priority],
        waiting_limit=account.limits.waiting.of(priority),
        held=now.held[priority],
        oldest=_oldest(account, priority, session),
        paused=paused,
        hold=queue_notice(account, priority, replace(now, paused=paused)),
    )


def _holds(account: Account, workflows: AbstractSet[str], session: Session) -> Holds:
    """Return a function that says why a job of some workflows does not go on."""
    paused = paused_among(workflows - {""}, session)
    slots = pools.slots(account, session)
    standing = {priority: Occupancy(slots=slots, paused=queue_occupancy.is_paused(account, priority, session)) for priority in PRIORITIES}

    def hold(job: JobView) -> Notice | None:
        if job.state.ended:
            return None
        if job.workflow in paused:
            return workflow_paused(job.workflow)
        return queue_notice(account, job.priority, standing[job.priority]) if job.state is JobState.WAITING else None

    return hold


def _oldest(account: Account, priority: Priority, session: Session) -> Any:
    waiting = _waiting(account).where(DagRun.dag_id == ingest_dag_id(account.name, priority))
    return session.scalar(waiting.with_only_columns(func.min(_made)))


def _position(account: Account, task: TaskInstance, session: Session) -> int | None:
    if (task.state is not None and task.state not in queue_occupancy.AWAITING) or is_on_hold(task.dag_run):
        return None
    # A run that was made by hand may have no logical date.
    mine, date = task.priority_weight, task.dag_run.logical_date or task.dag_run.run_after
    earlier = func.coalesce(DagRun.logical_date, DagRun.run_after) < date
    before = or_(TaskInstance.priority_weight > mine, and_(TaskInstance.priority_weight == mine, earlier))
    return 1 + (session.scalar(_waiting(account).where(before, ~queue_occupancy.is_held()).with_only_columns(func.count())) or 0)


def _waiting(account: Account) -> Select[Any]:
    return queue_occupancy.slot_tasks(account.name).where(
        queue_occupancy.is_alive, queue_occupancy.is_awaiting, ~queue_occupancy.is_promised
    )


def states_of(names: Sequence[str]) -> frozenset[JobState]:
    """Return the job states that a filter names.

    :raises RequestInvalid: when a name is no job state.
    """
    try:
        return frozenset(JobState(name) for name in names)
    except ValueError:
        raise RequestInvalid(f"state is one of {', '.join(JobState)}", field="state") from None
