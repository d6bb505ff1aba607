"""Queue messages that announce uploads, and their jobs; a message is deleted only after its jobs are stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.errors import MediaError, WorkflowInvalid
from airflow_provider_media.core.submission.submit import JobStore
from airflow_provider_media.core.uploads.matching import Upload, uploads
from airflow_provider_media.core.uploads.upload_trigger import UploadOutcome, submit_upload, waits_for
from airflow_provider_media.core.workflows.model import FrozenWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a queue, as received this time."""

    id: str
    receipt: str
    """Receipt handle that deletes the message."""
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Result of one message."""

    message: Message
    arrived: tuple[UploadOutcome, ...] = ()
    """Jobs of the message; none if no workflow's trigger matches its uploads."""
    error: MediaError | None = None
    """Why the message stays in the queue: it cannot be read, or a job was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Conversion of a queue's messages into jobs of a job store.

    :param is_output: returns whether an object that a connection reads is an output of a job.
    """

    waiting: tuple[FrozenWorkflow, ...]
    """Workflows whose triggers are active."""
    account: Callable[[str], Account]
    store: JobStore
    is_output: Callable[[str, str], bool]
    complete: bool = True
    """Whether all workflows could be read. If not, unmatched messages stay: an unreadable workflow may need them."""

    def drain(self, messages: Iterable[Message]) -> Iterator[Drained]:
        """Submit the jobs of each message; a message that has to stay does not block the others."""
        for message in messages:
            try:
                yield Drained(message=message, arrived=self._jobs(message))
            except MediaError as error:
                yield Drained(message=message, error=error)

    def _jobs(self, message: Message) -> tuple[UploadOutcome, ...]:
        # The whole message is read before the first job is submitted. Otherwise an invalid message would create some
        # jobs at each attempt.
        uploaded = uploads_in(message)
        arrived = tuple(self._submit(uploaded))
        if uploaded and not arrived and not self.complete:
            raise WorkflowInvalid(
                "no workflow waits for what it tells of, but a file of workflows has errors: correct it"
            )
        return arrived

    def _submit(self, uploaded: Iterable[Upload]) -> Iterator[UploadOutcome]:
        for upload in uploaded:
            for workflow in self.waiting:
                trigger = workflow.workflow.trigger
                if trigger and waits_for(trigger, upload) and not self.is_output(trigger.connection, upload.uri):
                    yield submit_upload(upload, workflow, account=self.account(trigger.account), store=self.store)


def uploads_in(message: Message) -> tuple[Upload, ...]:
    """Return the uploads of a message; none for S3's test event and for any other event.

    :raises RequestInvalid: when the message is no bucket notification.
    """
    try:
        body = json.loads(message.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RequestInvalid("The message is no JSON object, so it is no notification of a bucket.", field="")
    return tuple(uploads(body))
