"""Lists of jobs: pages of an account's jobs, made from the rows that a query has found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.dag_ids import ingest_dag_id, workflow_dag_id
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import Occupancy
from airflow_provider_media.core.submission.holds import queue_notice, workflow_paused
from airflow_provider_media.core.submission.views import JobPage, JobView, Notice
from airflow_provider_media.job_store.job_details import with_details
from airflow_provider_media.job_store.job_views import Holds, by_run, view_of
from airflow_provider_media.job_store.page_rows import PageRows, run_key


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundJobs:
    """The jobs of a page as they were found, before their views are made."""

    account: Account
    rows: PageRows

    @property
    def version(self) -> str:
        """Two pages of one account with one version are equal."""
        return self.rows.version

    def page(self) -> JobPage:
        """Return the page, which depends on nothing but the rows."""
        rows = self.rows
        ended = by_run(rows.ended)
        views = [view_of(run, task, ended.get(run_key(run))) for run, task in rows.jobs]
        hold = holds_of(self.account, rows.paused, rows.slots)
        jobs = tuple(replace(view, hold=hold(view)) for view in views)
        runs = [run for run, _ in rows.jobs]
        if rows.details is not None:
            jobs = with_details(list(zip(runs, jobs, strict=True)), rows.details)
        return JobPage(jobs=jobs, next=str(runs[-1].id) if rows.has_more else None)


def holds_of(account: Account, paused_dags: Collection[str], slots: int | None) -> Holds:
    """Return a function that says why a job of an account does not go on.

    :param paused_dags: paused DAGs among those of the account's queues and of the jobs' workflows.
    :param slots: slots of the account's pool; None for no limit.
    """
    queues = {priority: ingest_dag_id(account.name, priority) for priority in PRIORITIES}
    standing = {priority: Occupancy(slots=slots, paused=dag_id in paused_dags) for priority, dag_id in queues.items()}

    def hold(job: JobView) -> Notice | None:
        if job.state.ended:
            return None
        if job.workflow and workflow_dag_id(job.workflow) in paused_dags:
            return workflow_paused(job.workflow)
        return queue_notice(account, job.priority, standing[job.priority]) if job.state is JobState.WAITING else None

    return hold
