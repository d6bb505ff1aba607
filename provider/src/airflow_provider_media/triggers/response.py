"""ResponseTrigger: looks once whether a person has answered a question that an earlier attempt of a task has asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from airflow.sdk.execution_time.hitl import get_hitl_detail_content_detail
from airflow.triggers.base import BaseTrigger, TriggerEvent

SETTLE_SECONDS = 3.0
"""Time that Airflow has to see that the task sleeps: it takes a task that wakes up earlier for one that was killed."""


class ResponseTrigger(BaseTrigger):
    """Yield the response to a question, or ``None``. A task cannot read the response: only the triggerer can.

    :param instance: id of the task instance that has asked.
    """

    def __init__(self, instance: str) -> None:
        super().__init__()
        self.instance = instance

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"instance": self.instance}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield ``response``: what Airflow itself tells a task that a person has answered; None without an answer."""
        await asyncio.sleep(SETTLE_SECONDS)
        response = await asyncio.to_thread(_response, UUID(self.instance))
        yield TriggerEvent({"instance": self.instance, "response": response})


def _response(instance: UUID) -> dict[str, Any] | None:
    kept = get_hitl_detail_content_detail(instance)
    if not kept.response_received:
        return None
    by = kept.responded_by_user
    return {
        "chosen_options": kept.chosen_options,
        "responded_by_user": None if by is None else {"id": by.id, "name": by.name},
        "responded_at": kept.responded_at,
    }
