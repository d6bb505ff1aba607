"""MediaArrivalTrigger: waits for uploads without a worker."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
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
            whole = settled(earlier, now)
            if new := await asyncio.to_thread(not_started, whole):
                yield TriggerEvent(to_json(new[:BATCH]))
                return
            earlier = set(now)
            await asyncio.sleep(self.poll_seconds)
        yield TriggerEvent([])

    def look(self) -> list[Arrival]:
        """All uploads in the watched places; a place that cannot be listed is named in the log and passed over."""
        since = time.time() - self.lookback_seconds
        listed: dict[tuple[str, str], list[ObjectInfo]] = {}
        found: list[Arrival] = []
        for watch in (from_json(Watch, each) for each in self.watches):
            place = (watch.connection, watch.location)
            try:
                if place not in listed:
                    listed[place] = list(MediaHook(watch.connection).storages()(watch.location).list(watch.location))
            except MediaError as error:
                self.log.warning("%s cannot be watched: %s", watch.location, error.message)
                continue
            found += arrivals(watch, listed[place], since=since)
        return found


def not_started(whole: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals whose run does not exist; blocks."""
    by_dag: Mapping[str, list[Arrival]] = defaultdict(list)
    for arrival in whole:
        by_dag[arrival.dag_id].append(arrival)
    missing = {dag_id: missing_runs(dag_id, [arrival.run_id for arrival in group]) for dag_id, group in by_dag.items()}
    return [arrival for dag_id, group in by_dag.items() for arrival in group if arrival.run_id in missing[dag_id]]
