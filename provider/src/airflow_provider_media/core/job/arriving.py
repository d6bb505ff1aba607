"""Arriving: the jobs that uploads ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.errors import IdempotencyConflict
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.arrivals import WORK_FOLDER
from airflow_provider_media.core.ingest.names import job_id_of_upload
from airflow_provider_media.core.ingest.request import Request
from airflow_provider_media.core.ingest.uploads import Upload
from airflow_provider_media.core.ingest.views import DOCUMENTED
from airflow_provider_media.core.job.submission import Ledger, submit
from airflow_provider_media.core.workflows.model import FrozenWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What became of one upload in one workflow."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    source: str
    """URI of the object."""
    workflow: str
    job: str
    """Id of its job."""
    created: bool
    """False where the upload had been told of before."""


def waits_for(workflow: FrozenWorkflow, upload: Upload) -> bool:
    """Whether a workflow's trigger is for an upload: its bucket, and without regard to case its prefix and suffixes."""
    trigger = workflow.workflow.trigger
    if trigger is None or trigger.bucket != upload.bucket or upload.key.endswith("/") or WORK_FOLDER in upload.uri:
        return False
    key = upload.key.casefold()
    return key.startswith(trigger.prefix.casefold()) and key.endswith(tuple(suffix.casefold() for suffix in trigger.suffixes))


def submit_uploads(told: Iterable[Upload], waiting: Iterable[FrozenWorkflow], *, account: Account, ledger: Ledger) -> Iterator[Arrived]:
    """Submit a job for each upload to each workflow that waits for it; telling of an upload again changes nothing.

    :param waiting: workflows whose triggers are in force.
    :raises QueueFull: when no more jobs may wait; those before it are submitted.
    """
    workflows = tuple(waiting)
    for upload in told:
        for workflow in workflows:
            if waits_for(workflow, upload):
                yield _submit(upload, workflow, account, ledger)


def _submit(upload: Upload, workflow: FrozenWorkflow, account: Account, ledger: Ledger) -> Arrived:
    name = workflow.workflow.name
    job_id = job_id_of_upload(account.name, name, upload.bucket, upload.key, upload.version)
    request = Request(source=upload.uri, workflow=name, priority=workflow.workflow.priority, source_version=upload.etag, job_id=job_id)
    try:
        created = submit(request, account=account, ledger=ledger, workflows=lambda _: workflow).created
    except IdempotencyConflict:
        # The workflow's priority was changed between two tellings of one upload: its job is there, as it was asked for first.
        created = False
    return Arrived(source=upload.uri, workflow=name, job=job_id, created=created)
