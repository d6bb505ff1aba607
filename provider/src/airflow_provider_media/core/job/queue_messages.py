"""Queue messages that announce uploads become jobs; a message is deleted only once its jobs are stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.errors import MediaError, RequestInvalid, WorkflowInvalid
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.uploads import Upload, uploads
from airflow_provider_media.core.job.submission import JobStore
from airflow_provider_media.core.job.upload_trigger import UploadOutcome, submit_upload, waits_for
from airflow_provider_media.core.workflows.model import FrozenWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a queue, as it was received this time."""

    id: str
    receipt: str
    """What deletes it."""
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What became of one message."""

    message: Message
    arrived: tuple[UploadOutcome, ...] = ()
    """The jobs that it asked for; none where no workflow waits for what it tells of."""
    error: MediaError | None = None
    """Why it has to stay in the queue: it cannot be read, or a job was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """What a queue's messages are for, and where their jobs go.

    :param is_output: whether an object that a connection reads is what a job has made.
    """

    waiting: tuple[FrozenWorkflow, ...]
    """Workflows whose triggers are in force."""
    account: Callable[[str], Account]
    store: JobStore
    is_output: Callable[[str, str], bool]
    complete: bool = True
    """Whether all workflows could be read; while one could not, what nobody waits for may be meant for it, and stays."""

    def drain(self, messages: Iterable[Message]) -> Iterator[Drained]:
        """Submit what messages ask for; one that has to stay keeps no other from it."""
        for message in messages:
            try:
                yield Drained(message=message, arrived=self._jobs(message))
            except MediaError as error:
                yield Drained(message=message, error=error)

    def _jobs(self, message: Message) -> tuple[UploadOutcome, ...]:
        # All of it is read before the first job is made, or a message that breaks off would make some at each attempt.
        uploaded = uploads_in(message)
        arrived = tuple(self._submit(uploaded))
        if uploaded and not arrived and not self.complete:
            raise WorkflowInvalid("no workflow waits for what it tells of, but a file of workflows has errors: correct it")
        return arrived

    def _submit(self, uploaded: Iterable[Upload]) -> Iterator[UploadOutcome]:
        for upload in uploaded:
            for workflow in self.waiting:
                trigger = workflow.workflow.trigger
                if trigger and waits_for(trigger, upload) and not self.is_output(trigger.connection, upload.uri):
                    yield submit_upload(upload, workflow, account=self.account(trigger.account), store=self.store)


def uploads_in(message: Message) -> tuple[Upload, ...]:
    """The uploads that a message tells of; none for S3's test and for any other event.

    :raises RequestInvalid: when it is no notification of a bucket.
    """
    try:
        body = json.loads(message.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RequestInvalid("The message is no JSON object, so it is no notification of a bucket.", field="")
    return tuple(uploads(body))
