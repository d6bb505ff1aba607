"""Job queries: jobs and queues from Airflow's database, each query in a session of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import and_, func, or_

from airflow_provider_media.airflow_contract.run_states import AWAITING
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id, ingest_dag_ids, workflow_dag_id
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import Occupancy
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.holds import queue_notice
from airflow_provider_media.core.submission.live_limits import limits_view
from airflow_provider_media.core.submission.names import run_ids
from airflow_provider_media.core.submission.views import AccountView, JobFilter, JobPage, JobView, QueueView
from airflow_provider_media.job_store import pools, queue_occupancy
from airflow_provider_media.job_store.errors import JobUnknown
from airflow_provider_media.job_store.health import account_notices
from airflow_provider_media.job_store.holds import is_on_hold
from airflow_provider_media.job_store.job_filters import made_at
from airflow_provider_media.job_store.job_lists import FoundJobs, holds_of
from airflow_provider_media.job_store.job_views import whole_view
from airflow_provider_media.job_store.page_rows import read_page
from airflow_provider_media.job_store.paused_workflows import paused_dags_among

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGE = 200
"""Most jobs of one page."""


def find_job(account: Account, job_id: str) -> JobView:
    """Return one job with all its details.

    :raises JobUnknown: when the account has no job of this id.
    """
    with create_session(scoped=False) as session:
        run, task = find_run(account, job_id, session)
        dag_ids = {*ingest_dag_ids(account.name), workflow_dag_id(facts_of(run.conf).workflow)}
        hold = holds_of(account, paused_dags_among(dag_ids, session), pools.slots(account, session))
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
    return find_jobs(account, wanted).page()


def find_jobs(account: Account, wanted: JobFilter) -> FoundJobs:
    """Return the jobs of a page as they are now, for their version or for their views.

    :raises RequestInvalid: when the cursor is not that of an earlier page, or when no page has that many jobs.
    """
    limit = wanted.limit
    if not 1 <= limit <= PAGE:
        raise RequestInvalid(f"limit is {limit}; a page has 1 to {PAGE} jobs", field="limit")
    with create_session(scoped=False) as session:
        return FoundJobs(account=account, rows=read_page(account, wanted, session))


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
            limits=limits_view(account, pools.read_limits(account, session), now.slots),
        )


def _queue_view(account: Account, priority: Priority, now: Occupancy, session: Session) -> QueueView:
    paused = queue_occupancy.queue_dag(account, priority, session).is_paused
    return QueueView(
        active=now.active[priority],
        active_limit=account.limits.active_per_priority.of(priority),
        waiting=now.waiting[priority],
        waiting_limit=now.waiting_limit(account, priority),
        held=now.held[priority],
        oldest=_oldest(account, priority, session),
        paused=paused,
        hold=queue_notice(account, priority, replace(now, paused=paused)),
    )


def _oldest(account: Account, priority: Priority, session: Session) -> Any:
    waiting = queue_occupancy.waiting_jobs(account.name).where(DagRun.dag_id == ingest_dag_id(account.name, priority))
    return session.scalar(waiting.with_only_columns(func.min(made_at)))


def _position(account: Account, task: TaskInstance, session: Session) -> int | None:
    if (task.state is not None and task.state not in AWAITING) or is_on_hold(task.dag_run):
        return None
    # A run that was made by hand may have no logical date.
    mine, date = task.priority_weight, task.dag_run.logical_date or task.dag_run.run_after
    earlier = func.coalesce(DagRun.logical_date, DagRun.run_after) < date
    before = or_(TaskInstance.priority_weight > mine, and_(TaskInstance.priority_weight == mine, earlier))
    return 1 + (
        session.scalar(
            queue_occupancy.waiting_jobs(account.name)
            .where(before, ~queue_occupancy.is_held())
            .with_only_columns(func.count())
        )
        or 0
    )


def states_of(names: Sequence[str]) -> frozenset[JobState]:
    """Return the job states that a filter names.

    :raises RequestInvalid: when a name is no job state.
    """
    try:
        return frozenset(JobState(name) for name in names)
    except ValueError:
        raise RequestInvalid(f"state is one of {', '.join(JobState)}", field="state") from None
