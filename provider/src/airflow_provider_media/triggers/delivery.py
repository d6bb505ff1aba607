"""DeliveryTrigger: sends an event without a worker, so that a hanging target blocks nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.hooks.deliveries import asend


class DeliveryTrigger(BaseTrigger):
    """Send an event to a target once.

    A successful delivery ends the task in the triggerer. A failed delivery returns to the task, whose retry policy then
    decides.

    :param event: the event as JSON.
    :param target: the target as JSON.
    """

    def __init__(self, event: dict[str, Any], target: dict[str, Any]) -> None:
        super().__init__()
        self.event = event
        self.target = target

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"event": self.event, "target": self.target}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the receipt, or the error as JSON."""
        try:
            receipt = await asend(from_json(JobEvent, self.event), from_json(Target, self.target))
            yield TaskSuccessEvent(xcoms={RETURN_VALUE: receipt})
        except MediaError as error:
            yield TriggerEvent(error.to_json())
