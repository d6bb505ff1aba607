"""UploadQueueTrigger: waits for messages about uploads, without a worker and without deleting the messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.uploads.queue_messages import Message
from airflow_provider_media.hooks.queue_counts import room
from airflow_provider_media.hooks.sqs import BATCH, WAIT_SECONDS, UploadQueue

TROUBLED_SECONDS = 30.0
"""Pause in seconds after a queue could not be read."""
FULL_SECONDS = 5.0
"""Pause in seconds while the ingest queues are full.

A receive call during this time would move messages closer to the dead-letter queue.
"""


class UploadQueueTrigger(BaseTrigger):
    """Receive as many messages of a queue as the ingest queues have room for jobs.

    :param url: URL of the SQS queue.
    :param connection: Airflow connection that reads the queue.
    :param lanes: the ingest queues of the jobs, in the form that ``room_of`` takes.
    :param until: when the trigger ends without messages, in seconds since the epoch.
    """

    def __init__(self, url: str, connection: str, lanes: list[dict[str, Any]], until: float) -> None:
        super().__init__()
        self.url = url
        self.connection = connection
        self.lanes = lanes
        self.until = until
        self.source: UploadQueue | None = None
        self.reported = ""
        """Code of the last error in the log."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("url", "connection", "lanes", "until")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event with messages as JSON; the event is empty when the time is up."""
        # A separate thread: the event loop has few threads, and every other trigger needs them.
        own = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media-uploads")
        messages: list[Message] = []
        try:
            while not messages and time.time() < self.until:
                messages = await self.look(own)
        finally:
            own.shutdown(wait=False)
        yield TriggerEvent(to_json(messages))

    async def look(self, own: ThreadPoolExecutor) -> list[Message]:
        """Return the messages that arrive soon. An error is logged once and followed by a pause."""
        try:
            if self.source is None:
                self.source = await asyncio.to_thread(UploadQueue, self.url, self.connection)
            if most := await asyncio.to_thread(room_of, self.lanes):
                receive = partial(self.source.receive, most=most, wait_seconds=WAIT_SECONDS)
                return await asyncio.get_running_loop().run_in_executor(own, receive)
            await asyncio.sleep(FULL_SECONDS)
        except MediaError as error:
            if self.reported != error.code:
                self.log.warning("%s: %s", error.code, error.message)
            self.reported = error.code
            await asyncio.sleep(TROUBLED_SECONDS)
        return []


def room_of(lanes: list[dict[str, Any]]) -> int:
    """Return how many messages may be received so that all their jobs find room. The function blocks.

    :param lanes: for each ingest queue ``account`` as JSON, ``priority``, and how many ``workflows`` may submit to it
        for one message.
    """
    free = ((room(from_json(Account, lane["account"]), lane["priority"]), int(lane["workflows"])) for lane in lanes)
    return min([BATCH, *(-(-places // workflows) for places, workflows in free)])
