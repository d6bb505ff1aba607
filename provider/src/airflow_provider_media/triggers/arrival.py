"""MediaArrivalTrigger: waits for uploads without a worker."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cache
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ingest.arrivals import Arrival, Watch, arrivals, settled
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.base import ObjectInfo
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.triggers.runs import missing_runs

BATCH = 500
"""Arrivals of one event: below Airflow's default of 1024 mapped tasks."""


class MediaArrivalTrigger(BaseTrigger):
    """Look at watched places until something has arrived that no run was started for.

    :param watches: watches as JSON.
    :param poll_seconds: seconds between two looks.
    :param lookback_seconds: age in seconds up to which objects count as new.
    :param give_up_seconds: seconds after which it ends with nothing, so that changed watches come into use.
    """

    def __init__(self, watches: list[dict[str, Any]], poll_seconds: float, lookback_seconds: float, give_up_seconds: float) -> None:
        super().__init__()
        self.watches = watches
        self.poll_seconds = poll_seconds
        self.lookback_seconds = lookback_seconds
        self.give_up_seconds = give_up_seconds
        self.hooks = cache(MediaHook)
        self.unlisted: set[str] = set()
        self.outputs: set[str] = set()

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How the triggerer makes this trigger again."""
        names = ("watches", "poll_seconds", "lookback_seconds", "give_up_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event with the arrivals as JSON; an empty one after the time."""
        deadline = time.monotonic() + self.give_up_seconds
        earlier: set[Arrival] = set()
        while time.monotonic() < deadline:
            now = await asyncio.to_thread(self.look)
            if new := await asyncio.to_thread(self.new, settled(earlier, now)):
                yield TriggerEvent(to_json(new))
                return
            earlier = set(now)
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent([])

    def look(self) -> list[Arrival]:
        """All uploads in the watched places."""
        since = time.time() - self.lookback_seconds
        watches = [from_json(Watch, each) for each in self.watches]
        places = {(watch.connection, watch.location) for watch in watches}
        listed = {place: self.listed(*place) for place in places}
        return [arrival for watch in watches for arrival in arrivals(watch, listed[watch.connection, watch.location], since=since)]

    def listed(self, connection: str, location: str) -> list[ObjectInfo]:
        """The objects of one place; one that cannot be listed is named in the log once, and does not stop the others."""
        try:
            found = list(self.hooks(connection).storage(location).list(location))
        except MediaError as error:
            if location not in self.unlisted:
                self.log.warning("%s cannot be watched: %s", location, error.message)
            self.unlisted.add(location)
            return []
        self.unlisted.discard(location)
        return found

    def new(self, whole: Iterable[Arrival]) -> list[Arrival]:
        """The arrivals that no run was started for, without what jobs have put among the uploads."""
        waiting = not_started(arrival for arrival in whole if arrival.run_id not in self.outputs)[:BATCH]
        self.outputs |= {arrival.run_id for arrival in waiting if self.hooks(arrival.connection).made_here(arrival.source)}
        return [arrival for arrival in waiting if arrival.run_id not in self.outputs]


def not_started(whole: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals whose run does not exist; blocks."""
    by_dag: Mapping[str, list[Arrival]] = defaultdict(list)
    for arrival in whole:
        by_dag[arrival.dag_id].append(arrival)
    missing = {dag_id: missing_runs(dag_id, [arrival.run_id for arrival in group]) for dag_id, group in by_dag.items()}
    return [arrival for dag_id, group in by_dag.items() for arrival in group if arrival.run_id in missing[dag_id]]
