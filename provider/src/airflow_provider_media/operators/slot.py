"""The two tasks of a job in its queue: one holds a slot from admission to the job's end, one tells of the end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.configuration import conf as config
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.announce.outbox import ANNOUNCE_DAG
from airflow_provider_media.core.ingest.names import SLOT_TASK
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.core.job.telling import announcement_of
from airflow_provider_media.hooks import runs

if TYPE_CHECKING:
    from airflow.sdk import Context

PUBLISH = "publish"
"""Task of a workflow's run that answers with what was published."""
OUTCOME = "outcome"
"""XCom of the slot task: how the job has ended."""
STARTED = "started_at"
"""XCom of the slot task: when the job got its slot."""


class JobSlotOperator(BaseOperator):
    """Start a job's run in its workflow's DAG, and hold a slot of the pool until that run has ended.

    The trigger ends the task, so that the slot is kept without a gap and freed at once. A job that did not succeed leaves the task
    skipped: a failed one would be tried again, and with it the job.
    """

    template_fields: Sequence[str] = ()
    ui_color = "#e6f4ea"

    def execute(self, context: Context) -> NoReturn:
        """Start the run, or take up one that was started before, and wait in the triggerer."""
        from airflow_provider_media.triggers.slot import JobSlotTrigger

        run = context["dag_run"]
        job = submitted(context)
        # Airflow gives each logical date of a DAG away once; another job of the same microsecond may have it.
        start_work(job, job.submitted_at + timedelta(microseconds=context["ti"].try_number - 1))
        now = datetime.now(UTC)
        context["ti"].xcom_push(key=STARTED, value=now.isoformat())
        announce(job, JobState.RUNNING, context, at=now, started_at=now)
        trigger = JobSlotTrigger(
            dag_id=job.dag_id,
            run_id=job.run_id,
            queue_dag_id=run.dag_id,
            poll_seconds=config.getfloat("media", "slot_poll_seconds"),
        )
        self.defer(trigger=trigger, method_name=self.ended.__name__)

    def ended(self, context: Context, event: Any) -> None:
        """Never called: the trigger ends the task."""


def submitted(context: Context) -> Submission:
    """The job of a run of its queue.

    :raises AirflowFailException: when somebody has made the run by hand, so that it names no job.
    """
    conf = dict(context["dag_run"].conf or {})
    if "job_id" not in conf:
        raise AirflowFailException(
            "This run is no job: jobs come into a queue when they are submitted, by REST, `airflow media submit` or IngestSubmitOperator."
            " To do one past the queues, trigger the DAG of its workflow."
        )
    return Submission.from_json(conf)


def start_work(job: Submission, logical_date: datetime) -> None:
    """Start a job's run in its workflow's DAG; one that is there goes on, and one that has failed is done again."""
    conf = work_conf(job)
    if runs.start_run(job.dag_id, job.run_id, conf=conf, logical_date=logical_date):
        return
    if runs.find_state(job.dag_id, job.run_id) == "failed":
        # What its units have made is found again under their content keys.
        runs.start_run(job.dag_id, job.run_id, conf=conf, reset=True)


def work_conf(job: Submission) -> dict[str, Any]:
    """The conf of a job's run in its workflow's DAG."""
    return {
        "source": job.source,
        "source_version": job.source_version,
        "output": job.output,
        "workflow": job.workflow.to_json(),
    }


class JobCloseOperator(BaseOperator):
    """Announce a job's end, and fail where the job did, so that its run shows it."""

    template_fields: Sequence[str] = ()
    ui_color = "#fef7e0"

    def execute(self, context: Context) -> dict[str, Any]:
        """Answer with how the job has ended.

        :raises AirflowFailException: with the job's errors, when it did not succeed.
        """
        job = submitted(context)
        told = context["ti"].xcom_pull(task_ids=SLOT_TASK, key=OUTCOME)
        # What a trigger leaves reaches tasks as text in Airflow 3.3.
        outcome = json.loads(told) if isinstance(told, str) else told or lost(job)
        announce_end(job, outcome, context)
        if outcome["state"] != JobState.SUCCEEDED:
            errors = "; ".join(f"{error['code']}: {error['message']}" for error in outcome["errors"])
            raise AirflowFailException(f"The job {job.job_id} {JobState(outcome['state']).said}. {errors}".rstrip())
        return dict(outcome)


def lost(job: Submission) -> dict[str, Any]:
    """How a job has ended whose slot task failed by itself."""
    message = f"The run of {job.dag_id} could not be started or followed; the log of the task {SLOT_TASK!r} says why."
    return {"state": JobState.FAILED.value, "errors": [{"code": "job_lost", "message": message}], "ended_at": datetime.now(UTC).isoformat()}


def announce_end(job: Submission, outcome: Mapping[str, Any], context: Context) -> None:
    """Tell of a job's end, once for each end."""
    state = JobState(outcome["state"])
    started = context["ti"].xcom_pull(task_ids=SLOT_TASK, key=STARTED)
    announce(
        job,
        state,
        context,
        at=datetime.fromisoformat(outcome["ended_at"]),
        started_at=datetime.fromisoformat(started) if started else None,
        result=runs.pull(job.dag_id, job.run_id, PUBLISH, "return_value") if state is JobState.SUCCEEDED else None,
        error=next(iter(outcome["errors"]), None),
    )


def announce(job: Submission, state: JobState, context: Context, *, at: datetime, **facts: Any) -> None:
    """Start the run that tells of a job's state, where anybody wants to hear of it."""
    one = announcement_of(job, state, at=at, redrive=context["dag_run"].clear_number or 0, **facts)
    if one is not None:
        runs.start_run(ANNOUNCE_DAG, one.run_id, conf=one.to_json())
