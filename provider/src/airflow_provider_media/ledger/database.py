"""DatabaseLedger: jobs as runs in Airflow's database, for the API server and the commands."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.retries import run_with_db_retries
from airflow.utils.session import create_session
from sqlalchemy import select, update

from airflow_provider_media.core.errors import SourceBusy
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import AT_ONCE, Decision, decide, place
from airflow_provider_media.core.ingest.names import SLOT_TASK, ingest_dag_id, ingest_dag_ids, job_id_of_run, run_ids
from airflow_provider_media.core.job.submission import Recorded, Submission
from airflow_provider_media.ledger.line import Line
from airflow_provider_media.ledger.queues import is_alive, is_awaiting, is_holding, lock, occupancy, slot_tasks
from airflow_provider_media.ledger.runs import create_run

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

RETRIES = 5
"""Attempts of a transaction that a database has refused: SQLite does so whenever somebody else has written for too long."""

_turns: defaultdict[str, Line] = defaultdict(Line)


@contextmanager
def turn(account: str) -> Iterator[Session]:
    """A transaction in which nobody else changes the account's queues; committed at the end of the block."""
    # Threads of this process wait here, where they keep no connection: a pool of connections would soon be empty.
    with _turns[account], create_session(scoped=False) as session:
        lock(account, session)
        yield session


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLedger:
    """Counts and creates in one transaction per account, so that any number of clients never overfills a queue.

    :param door: ``rest_api`` or ``cli``, as Airflow shows who made a run.
    :param user: name of the user who is shown as having made it.
    """

    door: str = "rest_api"
    user: str | None = None

    def record(self, submission: Submission, account: Account) -> Recorded:
        """Admit a job, unless there is one of its id; it is committed when this returns.

        :raises QueueFull: when it can neither start nor wait.
        :raises SourceBusy: when another job of the same subject has not ended.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """
        conf = submission.to_json()
        for attempt in run_with_db_retries(max_retries=RETRIES):
            with attempt, turn(account.name) as session:
                return self._record(submission, conf, account, session)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _record(self, submission: Submission, conf: dict[str, Any], account: Account, session: Session) -> Recorded:
        earlier = find(submission.account, submission.job_id, session)
        if earlier is not None:
            return Recorded.earlier(earlier.conf)
        refuse_busy(submission, session)
        decision = decide(occupancy(account, submission.priority, session), account, submission.priority)
        self._create(submission, conf, account, session, at_once=decision is Decision.START)
        return Recorded(
            request=submission.request,
            priority=submission.priority,
            submitted_at=submission.submitted_at,
            created=True,
            starts=decision is Decision.START,
        )

    def _create(self, submission: Submission, conf: dict[str, Any], account: Account, session: Session, *, at_once: bool) -> None:
        dag_id = ingest_dag_id(account.name, submission.priority)
        run = create_run(
            dag_id,
            submission.run_id,
            conf=conf,
            logical_date=_free_date(dag_id, place(account, submission.priority, submission.submitted_at), session),
            door=self.door,
            user=self.user,
            session=session,
        )
        # A column of the run that the database can filter by, which the conf is not.
        run.partition_key = submission.subject
        if at_once:
            promise_slot(dag_id, submission.run_id, session)


def find(account: str, job_id: str, session: Session) -> DagRun | None:
    """The run of a job in its account's queues."""
    return session.scalar(select(DagRun).where(DagRun.dag_id.in_(ingest_dag_ids(account)), DagRun.run_id.in_(run_ids(job_id))))


def refuse_busy(submission: Submission, session: Session) -> None:
    """Refuse a second job of one subject.

    :raises SourceBusy: when another job of the same subject has not ended.
    """
    if submission.subject is None:
        return
    busy = slot_tasks(submission.account).where(is_alive, is_holding | is_awaiting, DagRun.partition_key == submission.subject)
    first = session.execute(busy.where(DagRun.run_id.not_in(run_ids(submission.job_id))).limit(1)).first()
    if first is not None:
        what = f"The video {submission.video!r}" if submission.video else "This source"
        job = job_id_of_run(first[0].run_id)
        raise SourceBusy(f"{what} is being processed by the job {job}; submit it again once that has ended.", job_id=job)


def promise_slot(dag_id: str, run_id: str, session: Session) -> None:
    """Let a job's slot task pass all that wait."""
    one = update(TaskInstance).where(TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id == SLOT_TASK)
    session.execute(one.values(priority_weight=AT_ONCE), execution_options={"synchronize_session": False})


def _free_date(dag_id: str, wanted: datetime, session: Session) -> datetime:
    """The first microsecond from a time on that no run of the DAG has: Airflow allows each logical date once."""
    while session.scalar(select(DagRun.id).where(DagRun.dag_id == dag_id, DagRun.logical_date == wanted)) is not None:
        wanted += timedelta(microseconds=1)
    return wanted
