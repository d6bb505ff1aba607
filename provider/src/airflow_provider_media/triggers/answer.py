"""AnswerTrigger: waits for the callback of a task token, within the time limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.airflow_contract.xcom import ANSWER, HEARTBEAT, NOTHING, TAKEN
from airflow_provider_media.core.statelang.tokens import SETTLED_SECONDS
from airflow_provider_media.hooks import runs

LOOK_SECONDS, LATER_LOOK_SECONDS = 1.0, 60.0
"""Seconds between two looks: soon after the task deferred, and later, when the callback itself resumes the task."""
UNTAKEN_LOOK_SECONDS = 5.0
"""Seconds between two looks for a task whose time limit starts when a worker takes the task."""
MARGIN_SECONDS = 10.0
"""Tolerated difference between clocks, in seconds."""


class AnswerTrigger(BaseTrigger):
    """Resume a waiting task when its answer has arrived or its time limit has passed.

    :param waiting: ``dag_id``, ``run_id``, ``task_id`` and ``map_index`` of the task.
    :param since: start of the wait, in ISO form.
    :param timeout_seconds: seconds within which the answer must come; ``None`` for no limit.
    :param heartbeat_seconds: longest time in seconds between two heartbeats; ``None`` for no limit.
    :param from_taken: whether both limits start when a worker takes the task.
    """

    def __init__(
        self,
        waiting: dict[str, Any],
        since: str,
        timeout_seconds: float | None,
        heartbeat_seconds: float | None,
        from_taken: bool = False,
    ) -> None:
        super().__init__()
        self.waiting = waiting
        self.since = since
        self.timeout_seconds = timeout_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self.from_taken = from_taken

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("waiting", "since", "timeout_seconds", "heartbeat_seconds", "from_taken")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event; ``late`` is the passed limit, ``timeout`` or ``heartbeat``, or None."""
        while True:
            if await asyncio.to_thread(self.left, ANSWER) is not None:
                yield TriggerEvent({"late": None})
                return
            begun = await asyncio.to_thread(self.left, TAKEN) if self.from_taken else self.since
            which, moment = self.ends_at(
                begun, await asyncio.to_thread(self.left, HEARTBEAT) if self.heartbeat_seconds else None
            )
            remaining = (moment - datetime.now(UTC)).total_seconds()
            if remaining <= 0:
                yield TriggerEvent({"late": which})
                return
            await asyncio.sleep(min(self.pause(begun), remaining))

    def pause(self, begun: str | None) -> float:
        """Return the seconds until the next look.

        :param begun: start of the time limit, in ISO form; ``None`` while no worker has taken the task.
        """
        waited = (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds()
        if waited < SETTLED_SECONDS + MARGIN_SECONDS:
            return LOOK_SECONDS
        limited = self.timeout_seconds or self.heartbeat_seconds
        return UNTAKEN_LOOK_SECONDS if begun is None and limited else LATER_LOOK_SECONDS

    def ends_at(self, begun: str | None, heartbeat: str | None) -> tuple[str, datetime]:
        """Return the limit that passes first, and when.

        :param begun: start of the time limit, in ISO form; ``None`` while no worker has taken the task.
        :param heartbeat: time of the last heartbeat, in ISO form.
        """
        if begun is None:
            return "", datetime.max.replace(tzinfo=UTC)
        since = datetime.fromisoformat(begun)
        ends = [("timeout", since + timedelta(seconds=self.timeout_seconds))] if self.timeout_seconds else []
        if self.heartbeat_seconds:
            ends.append(
                ("heartbeat", datetime.fromisoformat(heartbeat or begun) + timedelta(seconds=self.heartbeat_seconds))
            )
        return min(ends, key=lambda end: end[1], default=("", datetime.max.replace(tzinfo=UTC)))

    def left(self, key: str) -> Any:
        """Return the XCom of the waiting task under a key; ``None`` without one."""
        # In Airflow 3.3 the XComs that were not pushed by tasks arrive as text.
        pushed = runs.pull(
            self.waiting["dag_id"], self.waiting["run_id"], self.waiting["task_id"], key, self.waiting["map_index"]
        )
        return json.loads(pushed or NOTHING)
