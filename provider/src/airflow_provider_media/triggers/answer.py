"""AnswerTrigger: waits for somebody's answer to a task token, and for no longer than it may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.core.statelang.activities import TAKEN
from airflow_provider_media.core.statelang.tokens import ANSWER, HEARTBEAT, NOTHING, SETTLED_SECONDS
from airflow_provider_media.hooks import runs

LOOK_SECONDS, LATER_LOOK_SECONDS = 1.0, 60.0
"""Pauses between two looks, while the task has just fallen asleep and later on, when whoever gives an answer wakes it."""
UNTAKEN_LOOK_SECONDS = 5.0
"""The same for a task with a limit that begins when somebody takes it."""
MARGIN_SECONDS = 10.0
"""Difference of clocks that does no harm."""


class AnswerTrigger(BaseTrigger):
    """Wake a task that waits once its answer is there, or once it has waited for too long.

    :param waiting: ``dag_id``, ``run_id``, ``task_id`` and ``map_index`` of the task.
    :param since: when it began to wait, in ISO form.
    :param timeout_seconds: within which the answer must come; ``None`` for no limit.
    :param heartbeat_seconds: within which a sign of life must come, again and again; ``None`` for no limit.
    :param from_taken: whether both begin when somebody takes the task.
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
        """How the triggerer makes this trigger again."""
        names = ("waiting", "since", "timeout_seconds", "heartbeat_seconds", "from_taken")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event; ``late`` tells what was too late, if anything: ``timeout`` or ``heartbeat``."""
        while True:
            if await asyncio.to_thread(self.left, ANSWER) is not None:
                yield TriggerEvent({"late": None})
                return
            begun = await asyncio.to_thread(self.left, TAKEN) if self.from_taken else self.since
            which, moment = self.ends_at(begun, await asyncio.to_thread(self.left, HEARTBEAT) if self.heartbeat_seconds else None)
            remaining = (moment - datetime.now(UTC)).total_seconds()
            if remaining <= 0:
                yield TriggerEvent({"late": which})
                return
            await asyncio.sleep(min(self.pause(begun), remaining))

    def pause(self, begun: str | None) -> float:
        """Seconds until the next look.

        :param begun: when the time began, in ISO form; ``None`` while nobody has taken the task.
        """
        waited = (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds()
        if waited < SETTLED_SECONDS + MARGIN_SECONDS:
            return LOOK_SECONDS
        limited = self.timeout_seconds or self.heartbeat_seconds
        return UNTAKEN_LOOK_SECONDS if begun is None and limited else LATER_LOOK_SECONDS

    def ends_at(self, begun: str | None, heartbeat: str | None) -> tuple[str, datetime]:
        """What will be too late first, and when.

        :param begun: when the time began, in ISO form; ``None`` while nobody has taken the task.
        :param heartbeat: when the last sign of life came, in ISO form.
        """
        if begun is None:
            return "", datetime.max.replace(tzinfo=UTC)
        since = datetime.fromisoformat(begun)
        ends = [("timeout", since + timedelta(seconds=self.timeout_seconds))] if self.timeout_seconds else []
        if self.heartbeat_seconds:
            ends.append(("heartbeat", datetime.fromisoformat(heartbeat or begun) + timedelta(seconds=self.heartbeat_seconds)))
        return min(ends, key=lambda end: end[1], default=("", datetime.max.replace(tzinfo=UTC)))

    def left(self, key: str) -> Any:
        """What somebody has left with the task; ``None`` where nobody has."""
        # What is left by others than tasks reaches us as text in Airflow 3.3.
        pushed = runs.pull(self.waiting["dag_id"], self.waiting["run_id"], self.waiting["task_id"], key, self.waiting["map_index"])
        return json.loads(pushed or NOTHING)
