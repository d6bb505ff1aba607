"""Triggers that wait for what a task has started: a child run, or a job of MediaConvert."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.hooks import aws
from airflow_provider_media.triggers.ends import ENDS

log = logging.getLogger(__name__)
LATE = {"late": "timeout"}
IN_TIME = {"late": None}


class _ChildRunTrigger(BaseTrigger):
    """What both have in common.

    :param about: what was started.
    :param since: when it was, in ISO form.
    :param timeout_seconds: within which it must have ended; ``None`` for no limit.
    :param poll_seconds: seconds between two looks.
    """

    def __init__(self, about: dict[str, Any], since: str, timeout_seconds: float | None, poll_seconds: float) -> None:
        super().__init__()
        self.about = about
        self.since = since
        self.timeout_seconds = timeout_seconds
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How the triggerer makes this trigger again."""
        names = ("about", "since", "timeout_seconds", "poll_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event; ``late`` tells whether time was up first."""
        passed = (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds()
        try:
            await asyncio.wait_for(self.end(), None if self.timeout_seconds is None else max(0.0, self.timeout_seconds - passed))
            yield TriggerEvent(IN_TIME)
        except TimeoutError:
            yield TriggerEvent(LATE)

    async def end(self) -> None:
        """Return once it has ended."""
        raise NotImplementedError


class RunEndTrigger(_ChildRunTrigger):
    """Wait for the end of a run: ``dag_id`` and ``run_id``."""

    async def end(self) -> None:
        """Return once the run has ended, or is there no more."""
        await ENDS.wait(self.about["dag_id"], self.about["run_id"], self.poll_seconds)


class MediaConvertTrigger(_ChildRunTrigger):
    """Wait for the end of a job of MediaConvert: ``job`` (its id) and ``connection``."""

    ENDED = ("COMPLETE", "CANCELED", "ERROR")

    async def end(self) -> None:
        """Return once the job has ended."""
        while True:
            try:
                if await asyncio.to_thread(self.status) in self.ENDED:
                    return
            except Exception:
                # The service may be away for a while, and the job goes on meanwhile.
                log.exception("Cannot ask for the job %s; asking again.", self.about["job"])
            await asyncio.sleep(self.poll_seconds)

    async def on_kill(self) -> None:
        """Cancel the job: whoever ended the task wants no more of it."""
        await asyncio.to_thread(self.cancel)

    def status(self) -> str:
        """Where the job stands."""
        return str(self._client().get_job(Id=self.about["job"])["Job"]["Status"])

    def cancel(self) -> None:
        """End the job."""
        self._client().cancel_job(Id=self.about["job"])

    def _client(self) -> Any:
        return aws.client("mediaconvert", self.about["connection"])
