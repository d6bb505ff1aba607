"""Upload trigger: the jobs that an upload starts, whether a listing, a push or a queue message announces it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.errors import IdempotencyConflict, RequestInvalid, WorkflowUnknown
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.names import job_id_of_upload
from airflow_provider_media.core.ingest.request import Request, checked_source
from airflow_provider_media.core.ingest.uploads import Upload
from airflow_provider_media.core.ingest.views import DOCUMENTED
from airflow_provider_media.core.job.places import WORK
from airflow_provider_media.core.job.submission import JobStore, frozen_job, submit
from airflow_provider_media.core.media.uri import parse, redact
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOutcome:
    """What became of one upload in one workflow."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    source: str
    """URI of the object."""
    workflow: str
    job: str
    """Id of its job."""
    created: bool
    """False where the upload had been told of before."""


def waits_for(trigger: Trigger | None, upload: Upload) -> bool:
    """Whether a trigger is for an upload: its bucket, and without regard to case its prefix and suffixes."""
    # What jobs keep below their output locations is never an upload.
    if trigger is None or trigger.bucket != upload.bucket or upload.key.endswith("/") or f"/{WORK}" in upload.uri:
        return False
    key = upload.key.casefold()
    return key.startswith(trigger.prefix.casefold()) and key.endswith(tuple(suffix.casefold() for suffix in trigger.suffixes))


def matches_push(workflow: FrozenWorkflow, account: Account) -> bool:
    """Whether the events that an account is told of over the API are for a workflow."""
    trigger = workflow.workflow.trigger
    return trigger is not None and trigger.events == "push" and trigger.account == account.name


def matches_queue(workflow: FrozenWorkflow, queue: str) -> bool:
    """Whether the events of an SQS queue are for a workflow.

    :param queue: URL of the queue.
    """
    trigger = workflow.workflow.trigger
    return trigger is not None and trigger.events == "sqs" and trigger.queue == queue


def submit_uploads(
    uploads: Iterable[Upload], waiting: Iterable[FrozenWorkflow], *, account: Account, store: JobStore, is_requested: bool = False
) -> Iterator[UploadOutcome]:
    """Submit a job for each upload to each workflow that waits for it; telling of an upload again changes nothing.

    :param waiting: workflows whose triggers are in force.
    :param is_requested: whether somebody has asked for the jobs, who hears of a refusal.
    :raises QueueFull: when no more jobs may wait; those before it are submitted.
    """
    workflows = tuple(waiting)
    for upload in uploads:
        for workflow in workflows:
            if waits_for(workflow.workflow.trigger, upload):
                yield submit_upload(upload, workflow, account=account, store=store, is_requested=is_requested)


def submit_upload(
    upload: Upload, workflow: FrozenWorkflow, *, account: Account, store: JobStore, is_requested: bool = False
) -> UploadOutcome:
    """Submit the job that a workflow owes an upload, unless there is one already.

    Where nobody would hear of a refusal, the job of a paused workflow waits until the workflow is unpaused, whatever the account says.

    :param is_requested: whether somebody has asked for the job.
    :raises SubmissionError: when it is refused; then there is no job.
    """
    request = _request(upload, workflow, account)
    try:
        chosen = account if is_requested else account.model_copy(update={"paused_workflows": "wait"})
        created = submit(request, account=chosen, store=store, workflows=lambda _: workflow).created
    except IdempotencyConflict:
        # The workflow's priority was changed between two tellings of one upload: its job is there, as it was asked for first.
        created = False
    return UploadOutcome(source=upload.uri, workflow=request.workflow, job=str(request.job_id), created=created)


def reprocess(
    source: str, waiting: Iterable[FrozenWorkflow], *, account: Account, store: JobStore, key: str | None = None
) -> tuple[UploadOutcome, ...]:
    """Submit the jobs that a new upload of an object would start, whatever was done for it before.

    :param source: URI of the object.
    :param waiting: workflows, of which those of the account wait for it whose triggers are for it, by whichever way they hear of uploads.
    :param key: the same key again gives the same jobs; new ones when absent.
    :raises RequestInvalid: when the source is no URI of one file, or lies in no bucket.
    :raises WorkflowUnknown: when no workflow waits for it.
    :raises WorkflowPaused: when a workflow is paused and the account does not let its jobs wait.
    :raises SubmissionError: when a job is refused; those before it are submitted.
    """
    place = parse(checked_source(source, "source"))
    if place.scheme != "s3":
        raise RequestInvalid(f"source is {redact(source)!r}; give the URI of an object in a bucket: s3://bucket/key", field="source")
    upload = Upload(bucket=place.authority, key=place.key, version=f"again-{key or uuid.uuid4().hex}")
    own = [frozen for frozen in waiting if frozen.workflow.trigger and frozen.workflow.trigger.account == account.name]
    submitted = tuple(submit_uploads([upload], own, account=account, store=store, is_requested=True))
    if not submitted:
        raise WorkflowUnknown(
            f"No workflow of the account {account.name!r} waits for {redact(source)!r}; submit it to one by its name.", field="source"
        )
    return submitted


def check_trigger(workflow: FrozenWorkflow, account: Account) -> None:
    """Refuse a trigger whose every upload would be refused, because the account may not read or write where the workflow does.

    :raises SubmissionError: as for an upload.
    """
    trigger = workflow.workflow.trigger
    if trigger is not None:
        sample = Upload(bucket=trigger.bucket, key=f"{trigger.prefix}upload", version="")
        frozen_job(_request(sample, workflow, account), account, workflow, datetime.now(UTC))


def _request(upload: Upload, workflow: FrozenWorkflow, account: Account) -> Request:
    name, trigger = workflow.workflow.name, workflow.workflow.trigger
    return Request(
        source=upload.uri,
        workflow=name,
        priority=workflow.workflow.priority,
        source_version=upload.etag,
        job_id=job_of(upload, name, trigger, account),
    )


def job_of(upload: Upload, workflow: str, trigger: Trigger | None, account: Account) -> str:
    """Id of the job that a workflow owes an upload, however often it is told of."""
    only_new_bytes = trigger is not None and trigger.same_content == "skip"
    version = upload.etag if only_new_bytes and upload.etag else upload.version
    return job_id_of_upload(account.name, workflow, upload.bucket, upload.key, version)
