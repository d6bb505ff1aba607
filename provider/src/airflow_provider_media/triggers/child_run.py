"""Triggers that wait for a child run or a MediaConvert job that a task has started."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
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
    """Base of the triggers in this module.

    :param about: identifies the started run or job.
    :param since: start time, in ISO form.
    :param timeout_seconds: seconds within which the run or job must end; ``None`` for no limit.
    :param poll_seconds: seconds between two looks.
    """

    def __init__(self, about: dict[str, Any], since: str, timeout_seconds: float | None, poll_seconds: float) -> None:
        super().__init__()
        self.about = about
        self.since = since
        self.timeout_seconds = timeout_seconds
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("about", "since", "timeout_seconds", "poll_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event; ``late`` tells whether the time limit passed first."""
        passed = (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds()
        try:
            await asyncio.wait_for(
                self.end(), None if self.timeout_seconds is None else max(0.0, self.timeout_seconds - passed)
            )
            yield TriggerEvent(IN_TIME)
        except TimeoutError:
            yield TriggerEvent(LATE)

    @abstractmethod
    async def end(self) -> None:
        """Return when the run or job has ended."""


class RunEndTrigger(_ChildRunTrigger):
    """Wait for the end of a run, given by ``dag_id`` and ``run_id``."""

    async def end(self) -> None:
        """Return when the run has ended or no longer exists."""
        await ENDS.wait(self.about["dag_id"], self.about["run_id"], self.poll_seconds)


class MediaConvertTrigger(_ChildRunTrigger):
    """Wait for the end of a MediaConvert job, given by ``job`` (its id) and ``connection``."""

    ENDED = ("COMPLETE", "CANCELED", "ERROR")

    async def end(self) -> None:
        """Return when the job has ended."""
        while True:
            try:
                if await asyncio.to_thread(self.status) in self.ENDED:
                    return
            except Exception:
                # The service may be unavailable for a while; the job goes on meanwhile.
                log.exception("Cannot ask for the job %s; asking again.", self.about["job"])
            await asyncio.sleep(self.poll_seconds)

    async def on_kill(self) -> None:
        """Cancel the job, because whoever ended the task does not need it."""
        await asyncio.to_thread(self.cancel)

    def status(self) -> str:
        """Return the status of the job."""
        return str(self._client().get_job(Id=self.about["job"])["Job"]["Status"])

    def cancel(self) -> None:
        """Cancel the job."""
        self._client().cancel_job(Id=self.about["job"])

    def _client(self) -> Any:
        return aws.client("mediaconvert", self.about["connection"])
