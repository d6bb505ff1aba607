"""Admission batch: several submissions to one account decided in one transaction, one after the other.

A batch reads the queues once and then keeps its own counts. Each submission is decided as if it were alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from sqlalchemy import and_, func, or_, select, update

from airflow_provider_media.airflow_contract.run_times import begin_now
from airflow_provider_media.airflow_contract.xcom import JOB_STATE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id, queue_of_dag
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import AT_ONCE, Decision, Occupancy, check_paused, decide, place
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.holds import queue_notice, workflow_paused
from airflow_provider_media.core.submission.names import job_id_of_run, run_ids
from airflow_provider_media.core.submission.submit import StoredJob, Submission
from airflow_provider_media.core.submission.views import Notice
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.job_store.dag_runs import create_run, latest_dag
from airflow_provider_media.job_store.errors import SourceBusy
from airflow_provider_media.job_store.holds import hold, is_on_hold
from airflow_provider_media.job_store.job_views import state_of, texts
from airflow_provider_media.job_store.paused_workflows import paused_among
from airflow_provider_media.job_store.pools import make_missing_pool
from airflow_provider_media.job_store.queue_occupancy import (
    is_alive,
    is_awaiting,
    is_holding,
    occupancy,
    queue_dag,
    slot_tasks,
)

if TYPE_CHECKING:
    from airflow.serialization.definitions.dag import SerializedDAG
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionRequest:
    """A submission on its way into the queues."""

    submission: Submission
    conf: Mapping[str, Any]
    """The submission as its run carries it."""
    account: Account
    door: str
    user: str | None

    @property
    def workflow(self) -> str:
        """Name of the job's workflow."""
        return self.submission.workflow.workflow.name


@dataclass(slots=True, kw_only=True)
class AdmissionBatch:
    """The state of an account's queues while submissions are decided."""

    session: Session
    jobs: dict[str, StoredJob]
    """Recorded jobs by id."""
    busy: dict[str, str]
    """Ids of jobs that have not ended, by subject."""
    dates: set[tuple[str, datetime]]
    """Logical dates in use, each with its DAG id."""
    paused: frozenset[str] = frozenset()
    """Names of workflows that are paused."""
    occupancies: dict[Priority, Occupancy] = field(default_factory=dict)
    dags: dict[str, SerializedDAG] = field(default_factory=dict)
    made: list[tuple[DagRun, AdmissionRequest, Decision]] = field(default_factory=list)

    def decide(self, request: AdmissionRequest) -> StoredJob:
        """Admit a job, or return the job that already has its id.

        :raises QueueFull: when the job can neither start nor wait.
        :raises WorkflowPaused: when its workflow is paused and the account does not let the job wait.
        :raises SourceBusy: when another job of the same subject has not ended.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """
        job = request.submission
        if job.job_id in self.jobs:
            return self.jobs[job.job_id]
        refuse_busy(job.subject, self.busy, video=job.video)
        is_held = request.workflow in self.paused
        if is_held:
            check_paused(request.workflow, request.account)
        decision = decide(self._occupancy(request), request.account, job.priority, is_held=is_held)
        self._make(request, decision)
        self._note(request, decision)
        return replace(self.jobs[job.job_id], created=True)

    def _occupancy(self, request: AdmissionRequest) -> Occupancy:
        priority = request.submission.priority
        if priority not in self.occupancies:
            self.occupancies[priority] = self._look(request.account, priority)
        return self.occupancies[priority]

    def _look(self, account: Account, priority: Priority) -> Occupancy:
        for counted in self.occupancies.values():
            # A second count would take the jobs of this batch as waiting: no slot has been promised to them yet.
            return replace(counted, paused=queue_dag(account, priority, self.session).is_paused)
        make_missing_pool(account, self.session)
        return occupancy(account, priority, self.session)

    def _make(self, request: AdmissionRequest, decision: Decision) -> None:
        job = request.submission
        dag_id = ingest_dag_id(job.account, job.priority)
        if dag_id not in self.dags:
            self.dags[dag_id] = latest_dag(dag_id, self.session)
        date = self._free_date(dag_id, place(request.account, job.priority, job.submitted_at))
        run = create_run(
            self.dags[dag_id],
            job.run_id,
            conf=request.conf,
            logical_date=date,
            run_after=begin_now(),
            door=request.door,
            user=request.user,
            session=self.session,
        )
        run.note = (job.note, None)  # no author: Airflow only knows the users of its own auth manager
        self.dates.add((dag_id, date))
        self.made.append((run, request, decision))

    def _free_date(self, dag_id: str, wanted: datetime) -> datetime:
        """Return the first unused logical date of a DAG from a time on, in steps of one microsecond.

        Airflow allows each logical date of a DAG once.
        """
        while (dag_id, wanted) in self.dates:
            wanted += timedelta(microseconds=1)
            self.dates |= dates_among([(dag_id, wanted)], self.session)
        return wanted

    def _note(self, request: AdmissionRequest, decision: Decision) -> None:
        job, hold = request.submission, self._hold(request, decision)
        self.occupancies = {
            priority: now.with_one(job.priority, decision) for priority, now in self.occupancies.items()
        }
        state = JobState.RUNNING if decision is Decision.START else JobState.WAITING
        self.jobs[job.job_id] = StoredJob(
            request=job.request,
            priority=job.priority,
            submitted_at=job.submitted_at,
            state=state,
            created=False,
            hold=hold,
        )
        if job.subject is not None:
            self.busy[job.subject] = job.job_id

    def _hold(self, request: AdmissionRequest, decision: Decision) -> Notice | None:
        if decision is Decision.HOLD:
            return workflow_paused(request.workflow)
        if decision is Decision.START:
            return None
        priority = request.submission.priority
        return queue_notice(request.account, priority, self.occupancies[priority])

    def close(self) -> None:
        """Write what Airflow does not need while it makes the runs, for all runs at once."""
        for run, request, _ in self.made:
            # Airflow would check each key of the conf against an empty schema. That takes longer than everything else.
            run.conf = dict(request.conf)
            # The database can filter by this column; a filter by the conf takes longer.
            run.partition_key = request.submission.subject
        reserve_slots([run for run, _, decision in self.made if decision is Decision.START], self.session)
        hold({run: request.workflow for run, request, decision in self.made if decision is Decision.HOLD}, self.session)


def admit_batch(requests: Sequence[AdmissionRequest], session: Session) -> list[StoredJob | BaseException]:
    """Decide submissions to one account in their order; return the recorded job, or the error, of each."""
    batch = _open(requests, session)
    answers = [_answer(batch, request) for request in requests]
    batch.close()
    return answers


def _answer(batch: AdmissionBatch, request: AdmissionRequest) -> StoredJob | BaseException:
    try:
        return batch.decide(request)
    except MediaError as error:
        # A refusal comes before anything is written.
        return error


def _open(requests: Sequence[AdmissionRequest], session: Session) -> AdmissionBatch:
    submissions = [request.submission for request in requests]
    account = submissions[0].account
    dates = [_queue_and_place(request) for request in requests]
    return AdmissionBatch(
        session=session,
        jobs=_recorded(account, [job.job_id for job in submissions], session),
        busy=busy_jobs(account, {job.subject for job in submissions if job.subject is not None}, session),
        dates=dates_among(dates, session),
        paused=paused_among({request.workflow for request in requests}, session),
    )


def _queue_and_place(request: AdmissionRequest) -> tuple[str, datetime]:
    job = request.submission
    return ingest_dag_id(job.account, job.priority), place(request.account, job.priority, job.submitted_at)


def _recorded(account: str, job_ids: Sequence[str], session: Session) -> dict[str, StoredJob]:
    named = DagRun.run_id.in_(list(chain.from_iterable(map(run_ids, job_ids))))
    rows = session.execute(slot_tasks(account).where(named)).all()
    ended = texts([run for run, _ in rows], JOB_STATE, session)
    return {
        job_id_of_run(run.run_id): _earlier(run, state_of(run, task, ended.get((run.dag_id, run.run_id))))
        for run, task in rows
    }


def _earlier(run: DagRun, state: JobState) -> StoredJob:
    recorded = StoredJob.earlier(run.conf, priority=queue_of_dag(run.dag_id)[1], state=state)
    is_held = state is JobState.WAITING and is_on_hold(run)
    return replace(recorded, hold=workflow_paused(facts_of(run.conf).workflow)) if is_held else recorded


def busy_jobs(account: str, subjects: Collection[str], session: Session) -> dict[str, str]:
    """Return the ids of jobs that have not ended, by subject, for some subjects."""
    if not subjects:
        return {}
    # Tasks submit over the Task API, which cannot fill the column. A filter by the conf takes longer.
    subject_in_conf = DagRun.conf["subject"].as_string()
    about = or_(DagRun.partition_key.in_(subjects), and_(DagRun.partition_key.is_(None), subject_in_conf.in_(subjects)))
    busy = slot_tasks(account).where(is_alive, is_holding | is_awaiting, about)
    rows = session.execute(busy.with_only_columns(func.coalesce(DagRun.partition_key, subject_in_conf), DagRun.run_id))
    return {subject: job_id_of_run(run_id) for subject, run_id in rows}


def refuse_busy(subject: str | None, busy: Mapping[str, str], *, video: str | None) -> None:
    """Refuse a second job of one subject.

    :param subject: subject of the job; None when the job has none.
    :param busy: ids of jobs that have not ended, by subject.
    :param video: the submitter's name for the job's video.
    :raises SourceBusy: when another job of the same subject has not ended.
    """
    other = busy.get(subject) if subject is not None else None
    if other is not None:
        what = f"The video {video!r}" if video else "This source"
        raise SourceBusy(
            f"{what} is being processed by the job {other}; submit it again once that has ended.", job_id=other
        )


def dates_among(dates: Sequence[tuple[str, datetime]], session: Session) -> set[tuple[str, datetime]]:
    """Return those of some logical dates that runs already have, each with its DAG id."""
    wanted = select(DagRun.dag_id, DagRun.logical_date).where(
        DagRun.dag_id.in_({dag_id for dag_id, _ in dates}), DagRun.logical_date.in_({date for _, date in dates})
    )
    return {(dag_id, date) for dag_id, date in session.execute(wanted) if date is not None}


def reserve_slots(runs: Sequence[DagRun], session: Session) -> None:
    """Give the slot tasks of jobs precedence over all waiting tasks."""
    if not runs:
        return
    session.flush()
    slot = (
        TaskInstance.dag_id.in_({run.dag_id for run in runs}),
        TaskInstance.run_id.in_([run.run_id for run in runs]),
    )
    first = update(TaskInstance).where(*slot, TaskInstance.task_id == SLOT_TASK).values(priority_weight=AT_ONCE)
    session.execute(first, execution_options={"synchronize_session": False})
