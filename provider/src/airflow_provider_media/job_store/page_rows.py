"""Rows of one page of a list of jobs: all that Airflow's database says to the page, read before anything is made of it.

A page is made of its rows alone, so that equal rows make an equal page. Their version therefore answers a client that
polls, without the check of signatures and the making of views.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.models.xcom import XComModel
from sqlalchemy import func, select

from airflow_provider_media import __version__
from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, JOB_STATE, PROGRESS, RETURN_VALUE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.dag_ids import ingest_dag_ids, workflow_dag_id
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.views import JobFilter
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.hooks.signing import keys_fingerprint
from airflow_provider_media.job_store import pools, queue_occupancy
from airflow_provider_media.job_store.job_filters import listed_jobs
from airflow_provider_media.job_store.job_views import (
    RunKey,
    TaskStateRow,
    XComRow,
    state_of,
    task_rows,
    xcom_rows,
)
from airflow_provider_media.job_store.listed_rows import JobRow, RunRow, job_row, loaded
from airflow_provider_media.job_store.paused_workflows import paused_dags_among

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CACHED_CHARACTERS = 16_384
"""Most characters of a conf whose workflow is cached; no submission of a usual workflow has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailRows:
    """Rows of the details of a page's jobs."""

    outcomes: tuple[XComRow, ...]
    """Outcomes that the slot tasks of jobs without success have pushed."""
    places: tuple[tuple[int, int], ...]
    """Id of the run and place in the queue, for each job that waits and is not on hold; 1 is next."""
    tasks: tuple[TaskStateRow, ...]
    """Tasks of the runs that work for running jobs."""
    progress: tuple[XComRow, ...]
    """Progress that these tasks have pushed."""
    results: tuple[XComRow, ...]
    """Results of the last tasks of jobs that succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRows:
    """Rows of a page. No field may be a set or a mapping: their order would change the version."""

    jobs: tuple[JobRow, ...]
    has_more: bool
    """Whether another page follows."""
    ended: tuple[XComRow, ...]
    """States in which triggers found jobs without success at their ends."""
    paused: tuple[str, ...]
    """Paused DAGs among those of the queues, when a job waits, and of the workflows of jobs that have not ended."""
    slots: int | None
    """Slots of the account's pool; None for no limit, and when no job waits."""
    details: DetailRows | None

    @property
    def version(self) -> str:
        """Hash of everything that a page is made of: of the rows, of this code and of the keys of signatures."""
        content = repr((__version__, keys_fingerprint(), self))
        return blake2b(content.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def read_page(account: Account, wanted: JobFilter, session: Session) -> PageRows:
    """Return the rows of a page, with at most eight queries however many jobs the page has.

    Jobs in a state of which the page shows nothing cost no query: to ask takes longer than to find.

    :raises RequestInvalid: when the cursor is not that of an earlier page.
    """
    found = [job_row(row) for row in session.execute(listed_jobs(account, wanted).limit(wanted.limit + 1))]
    jobs = tuple(found[: wanted.limit])
    runs = _runs_by_state(jobs)
    waiting, running, failed = (runs[state] for state in (JobState.WAITING, JobState.RUNNING, JobState.FAILED))
    keys = (JOB_STATE, JOB_OUTCOME) if wanted.details else (JOB_STATE,)
    of_slot_task = (XComModel.task_id == SLOT_TASK, XComModel.key.in_(keys))
    pushed = xcom_rows([run_key(run) for run in failed], session, *of_slot_task)
    outcomes = tuple(row for row in pushed if row.key == JOB_OUTCOME)
    queues = ingest_dag_ids(account.name) if waiting else ()
    workflows = (dag_id for dag_id, _ in _named_runs([*waiting, *running]))
    return PageRows(
        jobs=jobs,
        has_more=len(found) > wanted.limit,
        ended=tuple(row for row in pushed if row.key == JOB_STATE),
        paused=tuple(sorted(paused_dags_among({*queues, *workflows}, session))),
        slots=pools.slots(account, session) if waiting else None,
        details=_read_details(account, runs, outcomes, session) if wanted.details else None,
    )


def _runs_by_state(jobs: Sequence[JobRow]) -> Mapping[JobState, Sequence[RunRow]]:
    """Return the runs of jobs by state; all jobs that ended without success count as failed here."""
    found: defaultdict[JobState, list[RunRow]] = defaultdict(list)
    for run, task in jobs:
        found[state_of(run, task, None)].append(run)
    return found


def run_key(run: RunRow) -> RunKey:
    """Return the DAG id and the run id of a row."""
    return run.dag_id, run.run_id


def _read_details(
    account: Account,
    runs: Mapping[JobState, Sequence[RunRow]],
    outcomes: tuple[XComRow, ...],
    session: Session,
) -> DetailRows:
    # A conf that nobody has signed may name any workflow. The page uses no rows of such a workflow.
    moving, done = _named_runs(runs[JobState.RUNNING]), _named_runs(runs[JobState.SUCCEEDED])
    of_result = (XComModel.task_id == PUBLISH, XComModel.key == RETURN_VALUE)
    return DetailRows(
        outcomes=outcomes,
        places=_places(account, [run.id for run in runs[JobState.WAITING]], session),
        tasks=task_rows(moving, session),
        progress=xcom_rows(moving, session, XComModel.key == PROGRESS),
        results=xcom_rows(done, session, *of_result),
    )


def _named_runs(runs: Iterable[RunRow]) -> list[RunKey]:
    """Return the runs that the confs of jobs name, signed or not; a conf that names no workflow names no run."""
    named = ((_named_workflow(run.conf_text or "null"), run.run_id) for run in runs)
    return [(workflow_dag_id(workflow), run_id) for workflow, run_id in named if workflow]


def _named_workflow(conf_text: str) -> str:
    # Databases cannot read the name from every conf that somebody may have written by hand.
    read = _cached_workflow if len(conf_text) <= CACHED_CHARACTERS else _read_workflow
    return read(conf_text)


def _read_workflow(conf_text: str) -> str:
    return facts_of(loaded(conf_text)).workflow


# A client that polls asks for the same confs again and again, and reading them takes as long as a query.
_cached_workflow = lru_cache(maxsize=1024)(_read_workflow)


def _places(account: Account, waiting: Collection[int], session: Session) -> tuple[tuple[int, int], ...]:
    """Return the place of each job that waits and is not on hold.

    :param waiting: ids of the rows of the runs.
    """
    if not waiting:
        return ()
    order = (TaskInstance.priority_weight.desc(), func.coalesce(DagRun.logical_date, DagRun.run_after))
    # Jobs with one weight and one date share a place.
    place = func.rank().over(order_by=order).label("place")
    numbered = (
        queue_occupancy.waiting_jobs(account.name)
        .where(~queue_occupancy.is_held())
        .with_only_columns(DagRun.id, place)
        .subquery()
    )
    shown = select(numbered.c.id, numbered.c.place).where(numbered.c.id.in_(waiting))
    return tuple(sorted((row.id, row.place) for row in session.execute(shown)))
