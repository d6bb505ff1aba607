"""Submission: the only way into the queues, for every interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, ClassVar, Protocol

from pydantic import ConfigDict

from airflow_provider_media.core.accounts.accounts import UPLOAD_HOURS, Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.accounts.permissions import check_output, check_source, check_target
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.jobs.places import output_location
from airflow_provider_media.core.media.uri import is_below, parse
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.errors import IdempotencyConflict
from airflow_provider_media.core.submission.names import job_id_of_key, new_job_id, run_id
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.views import DOCUMENTED, Notice
from airflow_provider_media.core.workflows.model import FrozenWorkflow

Workflows = Callable[[str], FrozenWorkflow]
"""Finds a workflow by name, presets resolved; raises WorkflowUnknown, or WorkflowInvalid for an invalid file."""
Clock = Callable[[], datetime]


NOTED = 255
"""Most characters of a file name in the note of a run; Airflow keeps 1,000 characters of a note."""


def job_note(source: str, workflow: str, priority: Priority) -> str:
    """Return the note of a job's runs for people: file name, workflow and priority."""
    return f"{PurePosixPath(parse(source).key).name[-NOTED:]}: {workflow}, {priority} priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A job as submitted and as it will be run: the conf of its run in the queue."""

    job_id: str
    account: str
    priority: Priority
    source: str
    workflow: FrozenWorkflow
    output: str
    """URI of the output location, ending in ``/``."""
    request: str
    """Hash of the request."""
    submitted_at: datetime
    source_version: str | None = None
    notify: tuple[Target, ...] = ()
    video: str | None = None
    subject: str | None = None
    """Subject of the job; only one job at a time may have the same subject."""

    @property
    def run_id(self) -> str:
        """Id of the job's runs, in the queue's DAG and in the workflow's DAG."""
        return run_id(self.priority, self.job_id)

    @property
    def dag_id(self) -> str:
        """Id of the workflow's DAG."""
        return workflow_dag_id(self.workflow.workflow.name)

    @property
    def note(self) -> str:
        """Note of the job's runs for people."""
        return job_note(self.source, self.workflow.workflow.name, self.priority)

    def to_json(self) -> dict[str, Any]:
        """Return the conf of the run in the queue."""
        return dict(to_json(self))

    @staticmethod
    def from_json(conf: dict[str, Any]) -> Submission:
        """Return the submission that a run's conf holds."""
        return from_json(Submission, conf)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJob:
    """The facts of a job in a job store."""

    request: str
    """Hash of the request that created the job."""
    priority: Priority
    submitted_at: datetime
    created: bool
    """Whether this submission created the job."""
    state: JobState = JobState.WAITING
    """State of the job; a new job is ``running`` if it gets a free slot at once."""
    hold: Notice | None = None
    """Why the job waits although a slot may be free."""

    @staticmethod
    def earlier(conf: object, *, priority: Priority, state: JobState) -> StoredJob:
        """Return the stored job from the conf of a run that was recorded before.

        If somebody has made the run by hand, its request differs, so the new submission is refused.

        :param priority: priority of the run's queue.
        :param state: current state of the job.
        """
        facts = facts_of(conf)
        submitted = facts.submitted_at or datetime.fromtimestamp(0, UTC)
        return StoredJob(request=facts.request, priority=priority, submitted_at=submitted, state=state, created=False)


class JobStore(Protocol):
    """Interface of the stores that record jobs."""

    def record(self, submission: Submission, account: Account) -> StoredJob:
        """Admit a job. If a job with its id exists, change nothing and return the existing job.

        The method returns only when the job can no longer be lost.

        :raises QueueFull: when the job can neither start nor wait.
        :raises WorkflowPaused: when the workflow is paused and the account does not let its jobs wait.
        :raises SourceBusy: when another job of the same subject has not ended.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReceipt:
    """The answer to a submission."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    id: str
    account: str
    priority: Priority
    state: JobState
    """``running`` if the job got a free slot, ``waiting`` if it is queued; for an existing job, its current state."""
    submitted_at: datetime
    created: bool
    """False if the same request had created the job before."""
    warning: str | None = None
    """Known risk for the job; absent if there is none."""
    hold: Notice | None = None
    """Why the job waits although a slot may be free, such as a paused workflow or queue."""


def submit(
    request: Request, *, account: Account, store: JobStore, workflows: Workflows, now: Clock = lambda: datetime.now(UTC)
) -> JobReceipt:
    """Freeze a request into a job and put the job into its queue.

    :param workflows: finds the current workflows.
    :raises SubmissionError: when the request is refused; then there is no job.
    :raises WorkflowInvalid: when the workflow's file is not valid.
    """
    submission = frozen_job(request, account, workflows(request.workflow), now())
    recorded = store.record(submission, account)
    if recorded.request != submission.request:
        raise IdempotencyConflict(
            "the idempotency key was used for another request already; use a new key for a new request",
            job_id=submission.job_id,
        )
    return JobReceipt(
        id=submission.job_id,
        account=account.name,
        priority=recorded.priority,
        state=recorded.state,
        submitted_at=recorded.submitted_at,
        created=recorded.created,
        hold=recorded.hold,
        warning=_warning(submission, account),
    )


def _warning(submission: Submission, account: Account) -> str | None:
    """Return the warning of Brightcove's priority queues: a low-priority job may wait longer than an upload is kept."""
    if (
        submission.priority != "low"
        or account.uploads is None
        or not is_below(submission.source, account.uploads.location)
    ):
        return None
    return (
        f"Uploads are deleted {UPLOAD_HOURS} hours after they came, and a job of low priority may wait longer, and fail"
        " then: submit uploads with normal priority, or put the source into a bucket of your own."
    )


def frozen_job(request: Request, account: Account, workflow: FrozenWorkflow, now: datetime) -> Submission:
    """Return the job that a request asks for, before a job store records it.

    :raises SubmissionError: when the account may not have the job done.
    """
    output = _output(request, account, workflow)
    return Submission(
        job_id=_job_id(request, account),
        account=account.name,
        priority=request.priority,
        source=request.source,
        workflow=workflow,
        output=output,
        request=request.hash,
        submitted_at=now,
        source_version=request.source_version,
        notify=(*workflow_targets(workflow), *request.notify),
        video=request.video,
        subject=request.subject,
    )


def _job_id(request: Request, account: Account) -> str:
    if request.job_id:
        return request.job_id
    return job_id_of_key(account.name, request.idempotency_key) if request.idempotency_key else new_job_id()


def _output(request: Request, account: Account, workflow: FrozenWorkflow) -> str:
    try:
        location = output_location(request.output or configured_output(workflow, account), request.source)
    except ConfigurationError as error:
        raise RequestInvalid(error.message, field="output") from None
    check_places(request.source, location, workflow=workflow, account=account)
    return location


def check_places(source: str, output: str, *, workflow: FrozenWorkflow, account: Account) -> None:
    """Check that an account may read a job's source and write its outputs.

    :param output: URI of the output location, ending in ``/``.
    :raises LocationForbidden: when the account may not read or write there.
    """
    check_source(source, account)
    written = configured_output(workflow, account)
    check_output(output, account, written=output_location(written, source) if written else None)


def check_submission(submission: Submission, account: Account) -> None:
    """Check everything that a job uses against the current configuration of its account.

    :raises LocationForbidden: when the account may not read the source or write to the output location.
    :raises RequestInvalid: when the account may not use the connection of a target.
    """
    check_places(submission.source, submission.output, workflow=submission.workflow, account=account)
    check_targets(submission, account)


def check_targets(submission: Submission, account: Account) -> None:
    """Check that an account may use the connections that sign or send a job's announcements.

    The workflow's own targets are not checked, because the author of the workflow has chosen them.

    :raises RequestInvalid: when the account may not use a connection.
    """
    own = len(submission.workflow.workflow.notifications)
    if submission.notify[:own] != workflow_targets(submission.workflow):
        own = 0
    for index, target in enumerate(submission.notify[own:]):
        check_target(target, account, field=f"notify.{index}")


def workflow_targets(workflow: FrozenWorkflow) -> tuple[Target, ...]:
    """Return the targets that the author of a workflow has chosen."""
    return tuple(notification.target for notification in workflow.workflow.notifications)


def configured_output(workflow: FrozenWorkflow, account: Account) -> str | None:
    """Return the output location that the author of the workflow, or of the account, has set."""
    return workflow.workflow.output.location or account.output
