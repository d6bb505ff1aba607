"""TaskApiStore: the job store for tasks, which reach Airflow over the Task API through their supervisor."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.run_times import begin_now
from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, JOB_STATE, RETURN_VALUE, SLOT_STARTED
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.media.uri import file_name, redact
from airflow_provider_media.core.submission.admission import Decision, Occupancy, check_paused, decide, place
from airflow_provider_media.core.submission.errors import ConfUntrusted, QueueMissing
from airflow_provider_media.core.submission.holds import held_time, note_on_hold, queue_notice, workflow_paused
from airflow_provider_media.core.submission.names import run_id
from airflow_provider_media.core.submission.submit import StoredJob, Submission
from airflow_provider_media.core.submission.views import JobView, published
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.queue_counts import occupancy
from airflow_provider_media.hooks.signing import signed_submission
from airflow_provider_media.job_store.errors import JobUnknown

COUNT_SECONDS = 1.0
"""Seconds for which a task uses one count of the queues; the task adds its own submissions to the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskApiStore:
    """The job store that first counts jobs, then creates one.

    Others may submit between the two, so that a queue may come to hold a few more jobs than it should.

    The store does not check whether another job of the same subject runs: the API cannot tell. Submissions over REST or
    the command line are refused while a job of the same subject runs that was submitted here.
    """

    counted: dict[tuple[str, Priority], tuple[float, Occupancy]] = field(default_factory=dict)
    """The latest count of each queue, with its monotonic time in seconds."""
    paused: dict[str, tuple[float, bool]] = field(default_factory=dict)
    """Whether DAGs of workflows were paused, with the monotonic time of the query in seconds."""

    def record(self, submission: Submission, account: Account) -> StoredJob:
        """Admit a job, or return the job that already has its id; Airflow has committed the job when this returns.

        :raises QueueFull: when the job can neither start nor wait.
        :raises WorkflowPaused: when its workflow is paused and the account does not let the job wait.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """
        earlier = self.find(submission)
        if earlier is not None:
            return earlier
        is_held = self._is_paused(submission.dag_id)
        if is_held:
            check_paused(submission.workflow.workflow.name, account)
        now = self._count(account, submission.priority)
        decision = decide(now, account, submission.priority, is_held=is_held)
        recorded = self._create(submission, account, decision, now)
        self.counted[account.name, submission.priority] = (
            self.counted[account.name, submission.priority][0],
            now.with_one(recorded.priority, decision) if recorded.created else now,
        )
        return recorded

    def _is_paused(self, dag_id: str) -> bool:
        at, paused = self.paused.get(dag_id, (float("-inf"), False))
        if time.monotonic() - at > COUNT_SECONDS:
            at, paused = time.monotonic(), runs.is_paused(dag_id)
            self.paused[dag_id] = (at, paused)
        return paused

    def _count(self, account: Account, priority: Priority) -> Occupancy:
        at, now = self.counted.get((account.name, priority), (0.0, None))
        if now is None or time.monotonic() - at > COUNT_SECONDS:
            now = replace(occupancy(account), paused=runs.is_paused(ingest_dag_id(account.name, priority)))
            self.counted[account.name, priority] = (time.monotonic(), now)
        return now

    def _create(self, submission: Submission, account: Account, decision: Decision, now: Occupancy) -> StoredJob:
        priority, workflow = submission.priority, submission.workflow.workflow.name
        dag_id = ingest_dag_id(account.name, priority)
        conf, date = signed_submission(submission), place(account, priority, submission.submitted_at)
        is_held = decision is Decision.HOLD
        run_after = held_time(datetime.now(UTC)) if is_held else begin_now()
        note = note_on_hold(submission.note, workflow) if is_held else submission.note
        if runs.start_run(dag_id, submission.run_id, conf=conf, logical_date=date, run_after=run_after, note=note):
            return StoredJob(
                request=submission.request,
                priority=priority,
                submitted_at=submission.submitted_at,
                state=JobState.RUNNING if decision is Decision.START else JobState.WAITING,
                created=True,
                hold=workflow_paused(workflow) if is_held else queue_notice(account, priority, now),
            )
        # Somebody else has made the run meanwhile. If the run is gone again, the caller must not believe that it
        # exists.
        earlier = self.find(submission)
        if earlier is None:
            raise QueueMissing(
                f"Airflow neither makes nor finds the run {submission.run_id} of {dag_id}; try again.", dag_id=dag_id
            )
        return earlier

    def find(self, submission: Submission) -> StoredJob | None:
        """Return the recorded job of a submission from whichever queue it is in, or None."""
        for priority in PRIORITIES:
            dag_id, run = ingest_dag_id(submission.account, priority), run_id(priority, submission.job_id)
            conf = runs.find_conf(dag_id, run)
            if conf is not None:
                return StoredJob.earlier(conf, priority=priority, state=_state(dag_id, run))
        return None


def _state(dag_id: str, run: str) -> JobState:
    """Return the state of a job from the XComs of its slot task."""
    ended = runs.pull(dag_id, run, SLOT_TASK, JOB_STATE)
    if ended is not None:
        return JobState(ended)
    return JobState.WAITING if runs.pull(dag_id, run, SLOT_TASK, SLOT_STARTED) is None else JobState.RUNNING


def find_job(account: Account, job_id: str) -> tuple[str, Submission]:
    """Return the DAG id of a job's queue, and the job's submission.

    :raises JobUnknown: when the account has no job of this id.
    :raises ConfUntrusted: when somebody has made a run of this id by hand.
    """
    for priority in PRIORITIES:
        dag_id = ingest_dag_id(account.name, priority)
        conf = runs.find_conf(dag_id, run_id(priority, job_id))
        if conf is not None:
            return dag_id, _submission(conf, job_id)
    raise JobUnknown(f"The account {account.name!r} has no job {job_id!r}.", job_id=job_id)


def _submission(conf: dict[str, Any], job_id: str) -> Submission:
    try:
        return Submission.from_json(conf)
    except ValidationError:
        raise ConfUntrusted(
            f"The run of the job {job_id!r} was made by hand: its conf is no submission.", job_id=job_id
        ) from None


def ended_job(dag_id: str, job: Submission) -> JobView:
    """Return the view of a job whose run in its queue has ended, with all its details.

    :param dag_id: DAG id of the job's queue.
    """
    pushed = runs.pull(dag_id, job.run_id, SLOT_TASK, JOB_OUTCOME)
    outcome = JobOutcome.pulled(pushed) or JobOutcome(state=JobState.FAILED, errors=(_lost(),))
    result = runs.pull(job.dag_id, job.run_id, PUBLISH, RETURN_VALUE) if outcome.state is JobState.SUCCEEDED else None
    return JobView(
        id=job.job_id,
        account=job.account,
        priority=job.priority,
        state=outcome.state,
        workflow=job.workflow.workflow.name,
        source=redact(job.source),
        file_name=file_name(job.source),
        output=job.output,
        submitted_at=job.submitted_at,
        started_at=_time(runs.pull(dag_id, job.run_id, SLOT_TASK, SLOT_STARTED)),
        ended_at=outcome.ended_at,
        video=job.video,
        errors=outcome.errors,
        **published(result or {}),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _lost() -> dict[str, Any]:
    return {
        "code": "job_lost",
        "message": f"Its run in the queue has failed; the log of its task {SLOT_TASK!r} says why.",
    }
