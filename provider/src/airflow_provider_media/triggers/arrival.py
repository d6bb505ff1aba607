"""MediaArrivalTrigger: waits for uploads without a worker."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from functools import cache
from itertools import chain
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.uploads.listing import Arrival, WatchedLocation, arrivals, settled
from airflow_provider_media.hooks.catalogue import watched_workflows
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.hooks.queue_counts import room
from airflow_provider_media.triggers.runs import missing_jobs

__all__ = ["MediaArrivalTrigger"]

NOTICE_SECONDS = 2.0
"""Seconds between two looks at the workflow files."""
BATCH = 500
"""Most arrivals of one event: about two minutes of submissions, below Airflow's default of 1024 mapped tasks."""


class MediaArrivalTrigger(BaseTrigger):
    """List watched locations until there is a new arrival with room in its queue.

    A new arrival is one for which no job was submitted.

    :param watches: watches as JSON.
    :param poll_seconds: seconds between two looks.
    :param give_up_seconds: seconds after which the trigger ends without arrivals, so that changed watches take effect.
    :param watched: names of the workflows to watch. The trigger ends without arrivals as soon as this list changes.
        When absent, the trigger does not check the list.
    """

    def __init__(
        self,
        watches: list[dict[str, Any]],
        poll_seconds: float,
        give_up_seconds: float,
        watched: list[str] | None = None,
    ) -> None:
        super().__init__()
        self.watched = watched
        self.watches = watches
        self.poll_seconds = poll_seconds
        self.give_up_seconds = give_up_seconds
        self.by_workflow = {watch.workflow: watch for watch in (from_json(WatchedLocation, each) for each in watches)}
        self.hooks = cache(MediaHook)
        self.unlisted: set[str] = set()
        self.known: set[str] = set()
        """Ids of existing jobs, and of the jobs that outputs among the uploads would become."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("watches", "poll_seconds", "give_up_seconds", "watched")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event with the arrivals as JSON; the event is empty when the time is up."""
        deadline = time.monotonic() + self.give_up_seconds
        earlier: set[Arrival] = set()
        while time.monotonic() < deadline and not await asyncio.to_thread(self.is_outdated):
            now = await asyncio.to_thread(self.look)
            if new := await asyncio.to_thread(self.new, settled(earlier, now)):
                yield TriggerEvent(to_json(new))
                return
            earlier = set(now)
            await self.pause()
        yield TriggerEvent([])

    async def pause(self) -> None:
        """Wait until the next look, or until the list of watched workflows changes."""
        until = time.monotonic() + self.poll_seconds
        while (left := until - time.monotonic()) > 0:
            if await asyncio.to_thread(self.is_outdated):
                return
            await asyncio.sleep(min(left, NOTICE_SECONDS))

    def is_outdated(self) -> bool:
        """Return whether the list of watched workflows has changed.

        While files cannot be read, no change is reported.
        """
        try:
            return self.watched is not None and watched_workflows() != self.watched
        except MediaError:  # Airflow's import errors show the error of the DAG file
            return False

    def look(self) -> list[Arrival]:
        """Return all uploads in the watched locations."""
        watches = self.by_workflow.values()
        places = {(watch.trigger.connection, watch.location) for watch in watches}
        listed = {place: self.listed(*place) for place in places}
        return list(
            chain.from_iterable(arrivals(watch, listed[watch.trigger.connection, watch.location]) for watch in watches)
        )

    def listed(self, connection: str, location: str) -> list[ObjectInfo]:
        """Return the objects of one location.

        A location that cannot be listed is logged once, and does not stop the others.
        """
        try:
            found = list(self.hooks(connection).storage(location).list(location))
        except MediaError as error:
            if location not in self.unlisted:
                self.log.warning("%s: %s cannot be watched: %s", error.code, location, error.message)
            self.unlisted.add(location)
            return []
        self.unlisted.discard(location)
        return found

    def new(self, whole: Iterable[Arrival]) -> list[Arrival]:
        """Return the arrivals that have no job yet and find room in their queue, without files that jobs have made."""
        unknown = self.unknown([arrival for arrival in whole if arrival.job not in self.known])[:BATCH]
        self.known |= {arrival.job for arrival in unknown if self.made_here(arrival)}
        return self.within_room([arrival for arrival in unknown if arrival.job not in self.known])

    def unknown(self, whole: list[Arrival]) -> list[Arrival]:
        """Return the arrivals whose job does not exist."""
        by_account: defaultdict[str, set[str]] = defaultdict(set)
        for arrival in whole:
            by_account[self.by_workflow[arrival.workflow].account.name].add(arrival.job)
        missing: set[str] = set().union(*(missing_jobs(account, jobs) for account, jobs in by_account.items()))
        self.known |= {arrival.job for arrival in whole} - missing
        return [arrival for arrival in whole if arrival.job in missing]

    def made_here(self, arrival: Arrival) -> bool:
        """Return whether a job has made the arrived file."""
        return self.hooks(self.by_workflow[arrival.workflow].trigger.connection).made_here(arrival.upload.uri)

    def within_room(self, new: list[Arrival]) -> list[Arrival]:
        """Return as many arrivals as their queues have room for now; the others arrive at a later look."""
        left: dict[tuple[str, str], int] = {}
        taken = []
        for arrival in new:
            watch = self.by_workflow[arrival.workflow]
            queue = (watch.account.name, watch.priority)
            if queue not in left:
                left[queue] = room(watch.account, watch.priority)
            if left[queue] > 0:
                left[queue] -= 1
                taken.append(arrival)
        return taken
