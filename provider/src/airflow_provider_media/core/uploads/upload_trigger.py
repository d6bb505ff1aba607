"""Upload trigger: the jobs that an upload starts, announced by a listing, a push or a queue message."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.jobs.places import WORK
from airflow_provider_media.core.media.uri import parse, redact
from airflow_provider_media.core.submission.errors import IdempotencyConflict, WorkflowUnknown
from airflow_provider_media.core.submission.names import job_id_of_upload
from airflow_provider_media.core.submission.request import Request, checked_source
from airflow_provider_media.core.submission.submit import JobStore, frozen_job, submit
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.uploads.matching import Upload
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOutcome:
    """Result of one upload in one workflow."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    source: str
    """URI of the object."""
    workflow: str
    job: str
    """Id of the upload's job."""
    created: bool
    """False if the upload had been announced before."""


def waits_for(trigger: Trigger | None, upload: Upload) -> bool:
    """Return whether a trigger matches an upload: bucket, and prefix and suffixes without regard to case."""
    # The jobs' private files below output locations are never uploads.
    if trigger is None or trigger.bucket != upload.bucket or upload.key.endswith("/") or f"/{WORK}" in upload.uri:
        return False
    key = upload.key.casefold()
    return key.startswith(trigger.prefix.casefold()) and key.endswith(
        tuple(suffix.casefold() for suffix in trigger.suffixes)
    )


def matches_push(workflow: FrozenWorkflow, account: Account) -> bool:
    """Return whether a workflow takes the events that the API receives for an account."""
    trigger = workflow.workflow.trigger
    return trigger is not None and trigger.events == "push" and trigger.account == account.name


def matches_queue(workflow: FrozenWorkflow, queue: str) -> bool:
    """Return whether a workflow takes the events of an SQS queue.

    :param queue: URL of the queue.
    """
    trigger = workflow.workflow.trigger
    return trigger is not None and trigger.events == "sqs" and trigger.queue == queue


def submit_uploads(
    uploads: Iterable[Upload],
    waiting: Iterable[FrozenWorkflow],
    *,
    account: Account,
    store: JobStore,
    is_requested: bool = False,
) -> Iterator[UploadOutcome]:
    """Submit a job for each upload to each workflow whose trigger matches; a repeated announcement changes nothing.

    :param waiting: workflows whose triggers are active.
    :param is_requested: whether a caller has asked for the jobs and sees a refusal.
    :raises QueueFull: when no more jobs may wait; the jobs before are submitted.
    """
    workflows = tuple(waiting)
    for upload in uploads:
        for workflow in workflows:
            if waits_for(workflow.workflow.trigger, upload):
                yield submit_upload(upload, workflow, account=account, store=store, is_requested=is_requested)


def submit_upload(
    upload: Upload, workflow: FrozenWorkflow, *, account: Account, store: JobStore, is_requested: bool = False
) -> UploadOutcome:
    """Submit the job of an upload in a workflow, unless the job exists.

    If no caller sees a refusal, the job of a paused workflow waits until the workflow is unpaused, whatever the account
    says.

    :param is_requested: whether a caller has asked for the job.
    :raises SubmissionError: when the job is refused; then there is no job.
    """
    request = _request(upload, workflow, account)
    try:
        chosen = account if is_requested else account.model_copy(update={"paused_workflows": "wait"})
        created = submit(request, account=chosen, store=store, workflows=lambda _: workflow).created
    except IdempotencyConflict:
        # The workflow's priority changed between two announcements of one upload: the job exists with its first
        # priority.
        created = False
    return UploadOutcome(source=upload.uri, workflow=request.workflow, job=str(request.job_id), created=created)


def reprocess(
    source: str, waiting: Iterable[FrozenWorkflow], *, account: Account, store: JobStore, key: str | None = None
) -> tuple[UploadOutcome, ...]:
    """Submit the jobs that a new upload of an object would start, even if earlier uploads of it had jobs.

    :param source: URI of the object.
    :param waiting: candidate workflows; used are those of the account whose triggers match, whatever announces their
        uploads.
    :param key: the same key gives the same jobs again; without a key, the jobs are new.
    :raises RequestInvalid: when the source is no URI of one file, or is in no bucket.
    :raises WorkflowUnknown: when no workflow's trigger matches.
    :raises WorkflowPaused: when a workflow is paused and the account does not let its jobs wait.
    :raises SubmissionError: when a job is refused; the jobs before are submitted.
    """
    place = parse(checked_source(source, "source"))
    if place.scheme != "s3":
        raise RequestInvalid(
            f"source is {redact(source)!r}; give the URI of an object in a bucket: s3://bucket/key", field="source"
        )
    upload = Upload(bucket=place.authority, key=place.key, version=f"again-{key or uuid.uuid4().hex}")
    own = [frozen for frozen in waiting if frozen.workflow.trigger and frozen.workflow.trigger.account == account.name]
    submitted = tuple(submit_uploads([upload], own, account=account, store=store, is_requested=True))
    if not submitted:
        raise WorkflowUnknown(
            f"No workflow of the account {account.name!r} waits for {redact(source)!r}; submit it to one by its name.",
            field="source",
        )
    return submitted


def check_trigger(workflow: FrozenWorkflow, account: Account) -> None:
    """Refuse a trigger whose uploads would all be refused: the account may not use the workflow's locations.

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
    """Return the id of an upload's job in a workflow; repeated announcements give the same id."""
    only_new_bytes = trigger is not None and trigger.same_content == "skip"
    version = upload.etag if only_new_bytes and upload.etag else upload.version
    return job_id_of_upload(account.name, workflow, upload.bucket, upload.key, version)
