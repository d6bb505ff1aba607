"""ExecutionTrigger: waits for the next moment or child run of an execution."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.triggers.ends import ENDS

NAP_SECONDS = 60.0
"""Longest sleep at a time, in seconds, so that a changed clock is noticed."""


class ExecutionTrigger(BaseTrigger):
    """Wait for a moment or for the end of one of several runs, whichever comes first.

    :param until: the moment in ISO format; ``None`` for none.
    :param runs: names of runs, ``<DAG>/<run>``.
    :param poll_seconds: seconds between two looks at all runs that this triggerer waits for.
    """

    def __init__(self, until: str | None, runs: Sequence[str], poll_seconds: float) -> None:
        super().__init__()
        self.until = until
        self.runs = list(runs)
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("until", "runs", "poll_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event. It does not say what happened; the execution checks that itself."""
        waits = [asyncio.create_task(_end(name, self.poll_seconds)) for name in self.runs]
        if self.until is not None:
            waits.append(asyncio.create_task(_moment(datetime.fromisoformat(self.until))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        yield TriggerEvent({"due": self.until})


async def _end(name: str, poll_seconds: float) -> None:
    dag_id, run_id = name.split("/")
    await ENDS.wait(dag_id, run_id, poll_seconds)


async def _moment(moment: datetime) -> None:
    # There is no event for a time of the day.
    while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:  # noqa: ASYNC110
        await asyncio.sleep(min(left, NAP_SECONDS))
