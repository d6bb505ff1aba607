"""The two tasks of a job in its queue: one holds a slot until the job ends, the other announces the end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.configuration import conf as config
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.run_times import begin_now
from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, RETURN_VALUE, SLOT_STARTED
from airflow_provider_media.core.accounts.errors import LocationForbidden, RequestInvalid
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.job_announcement import announcement_of
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.errors import ConfUntrusted, QueueMissing
from airflow_provider_media.core.submission.holds import workflow_paused
from airflow_provider_media.core.submission.submit import Submission, check_submission, check_targets
from airflow_provider_media.core.submission.workflow_run_conf import WorkflowRunConf
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.hooks import dag_records, runs
from airflow_provider_media.hooks.signing import is_signed, sign
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.rescheduling import LEAST_SECONDS, reschedule
from airflow_provider_media.operators.signed_confs import queue_account, trusted_submission

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)
REFUSALS = (ConfUntrusted, LocationForbidden, RequestInvalid)
"""Errors of a job that must not start; no retry cures them."""


class JobSlotOperator(BaseOperator):
    """Start a job's run in its workflow's DAG, and hold a slot of the pool until that run has ended.

    The trigger ends the task: the task keeps its slot without a gap, and frees it at once. The task of an unsuccessful
    job is skipped. Airflow would retry a failed task, and with it the job.
    """

    template_fields: Sequence[str] = ()
    ui_color = "#e6f4ea"

    def execute(self, context: Context) -> NoReturn:
        """Start the run, or continue a run that was started before, and wait in the triggerer."""
        from airflow_provider_media.triggers.slot import JobSlotTrigger

        account = queue_account(context)
        try:
            job = trusted_submission(context)
            check_submission(job, account)
            wait_while_paused(job)
            # Airflow allows each logical date only once per DAG; another job of the same microsecond may already have
            # it.
            start_work(job, job.submitted_at + timedelta(microseconds=context["ti"].try_number - 1))
        except REFUSALS as refused:
            refuse(refused, context)
        except QueueMissing:
            # The workflow's file is gone, and its DAG too since the last job ended; the next attempt finds the restored
            # DAG.
            dag_records.restore_workflow(job.workflow)
            raise
        now = datetime.now(UTC)
        context["ti"].xcom_push(key=SLOT_STARTED, value=now.isoformat())
        announce(job, JobState.RUNNING, context, at=now, started_at=now)
        trigger = JobSlotTrigger(
            dag_id=job.dag_id,
            run_id=job.run_id,
            queue_dag_id=context["dag_run"].dag_id,
            poll_seconds=config.getfloat("media", "slot_poll_seconds"),
            redrive=context["dag_run"].clear_number or 0,
        )
        self.defer(trigger=trigger, method_name=self.ended.__name__)

    def ended(self, context: Context, event: Any) -> None:
        """Do nothing: the trigger ends the task, so Airflow never calls this method."""


def wait_while_paused(job: Submission) -> None:
    """Free the slot while the job's workflow is paused, because the run would not begin. The job is then put on hold.

    :raises AirflowRescheduleException: while the workflow is paused.
    """
    if runs.is_paused(job.dag_id):
        log.warning("%s The job gives its slot back.", workflow_paused(job.workflow.workflow.name).message)
        reschedule(LEAST_SECONDS)  # usually the job is on hold before the task runs again


def refuse(error: MediaError, context: Context) -> NoReturn:
    """End a job that must not start. The closing task fails with the error.

    :raises AirflowSkipException: always, as for every unsuccessful job.
    """
    failure = {"task": SLOT_TASK, "code": error.code, "message": error.message}
    outcome = JobOutcome.now(JobState.FAILED, failure, redrive=context["dag_run"].clear_number or 0)
    for key, value in outcome.xcoms().items():
        context["ti"].xcom_push(key=key, value=value)
    raise AirflowSkipException(f"{error.code}: {error.message}")


def start_work(job: Submission, logical_date: datetime) -> None:
    """Start a job's run in its workflow's DAG. An existing run goes on; a failed run starts again.

    :raises ConfUntrusted: when no submission has made the existing run.
    """
    conf = workflow_run_conf(job)
    begin = begin_now()
    if runs.start_run(job.dag_id, job.run_id, conf=conf, logical_date=logical_date, run_after=begin, note=job.note):
        return
    if not is_signed(runs.find_conf(job.dag_id, job.run_id), dag_id=job.dag_id, run_id=job.run_id):
        raise ConfUntrusted(
            f"The run {job.run_id} of {job.dag_id} is there, but no submission has made it. Delete that run and retry"
            " the job."
        )
    if runs.find_state(job.dag_id, job.run_id) == "failed":
        # The unit cache still has the finished units, by their content keys.
        runs.start_run(job.dag_id, job.run_id, conf=conf, reset=True)


def workflow_run_conf(job: Submission) -> dict[str, Any]:
    """Return the signed conf of a job's run in its workflow's DAG."""
    return sign(WorkflowRunConf.of(job).to_json(), dag_id=job.dag_id, run_id=job.run_id)


class JobCloseOperator(BaseOperator):
    """Announce a job's end, and fail if the job failed, so that the run shows the failure."""

    template_fields: Sequence[str] = ()
    ui_color = "#fef7e0"

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the outcome of the job.

        :raises AirflowFailException: with the job's errors, when the job did not succeed.
        """
        job = closed_submission(context)
        outcome = JobOutcome.pulled(context["ti"].xcom_pull(task_ids=SLOT_TASK, key=JOB_OUTCOME)) or lost(job)
        announce_allowed_end(job, outcome, context)
        if outcome.state is not JobState.SUCCEEDED:
            errors = "; ".join(f"{error['code']}: {error['message']}" for error in outcome.errors)
            raise AirflowFailException(f"The job {job.job_id} {outcome.state.said}. {errors}".rstrip())
        return outcome.to_json()


def closed_submission(context: Context) -> Submission:
    """Return the job that the run is closing.

    :raises AirflowFailException: when the run's conf is not trusted.
    """
    with airflow_failures():
        return trusted_submission(context)


def announce_allowed_end(job: Submission, outcome: JobOutcome, context: Context) -> None:
    """Announce a job's end, unless its account may not use the connections of its targets."""
    try:
        check_targets(job, queue_account(context))
    except RequestInvalid as refused:
        log.warning("The end of the job %s is not announced: %s", job.job_id, refused.message)
        return
    announce_end(job, outcome, context)


def lost(job: Submission) -> JobOutcome:
    """Return the outcome of a job whose slot task itself has failed."""
    message = f"The run of {job.dag_id} could not be started or followed; the log of the task {SLOT_TASK!r} says why."
    return JobOutcome.now(JobState.FAILED, {"code": "job_lost", "message": message})


def announce_end(job: Submission, outcome: JobOutcome, context: Context) -> None:
    """Announce a job's end, once per end."""
    started = context["ti"].xcom_pull(task_ids=SLOT_TASK, key=SLOT_STARTED)
    announce(
        job,
        outcome.state,
        context,
        # Closing a job once more by hand is no further end.
        redrive=outcome.redrive,
        at=outcome.ended_at or datetime.now(UTC),
        started_at=datetime.fromisoformat(started) if started else None,
        result=runs.pull(job.dag_id, job.run_id, PUBLISH, RETURN_VALUE)
        if outcome.state is JobState.SUCCEEDED
        else None,
        error=next(iter(outcome.errors), None),
    )


def announce(
    job: Submission, state: JobState, context: Context, *, at: datetime, redrive: int | None = None, **facts: Any
) -> None:
    """Start the run that announces a job's state, if the job has targets for this event.

    :param redrive: how often the job had been retried before it reached the state; the run's clear number when absent.
    """
    times = context["dag_run"].clear_number or 0 if redrive is None else redrive
    one = announcement_of(job, state, at=at, redrive=times, **facts)
    if one is not None:
        conf = sign(one.to_json(), dag_id=ANNOUNCE, run_id=one.run_id)
        runs.start_run(ANNOUNCE, one.run_id, conf=conf, run_after=begin_now())
