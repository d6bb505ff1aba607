"""DeliveryTrigger: calls a URL without a worker, so that a hanging URL blocks nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from airflow_provider_media.core.announce.event import JobEvent
from airflow_provider_media.core.announce.target import Target
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.hooks.deliveries import asigning_secrets, call, receipt


class DeliveryTrigger(BaseTrigger):
    """Post an event to a URL once.

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
        target = from_json(Target, self.target)
        try:
            answer = await call(from_json(JobEvent, self.event), target, await asigning_secrets(target))
            yield TaskSuccessEvent(xcoms={"return_value": receipt(target, answer)})
        except MediaError as error:
            yield TriggerEvent(error.to_json())
