"""The ends of runs, awaited by many triggers at the price of one: each look asks about all of a DAG's runs together."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from airflow_provider_media.hooks import runs

log = logging.getLogger(__name__)

ENDED = ("success", "failed")
CHUNK = 64
"""Run ids per question: they travel in the query of a URL."""
GONE_AFTER = 60
"""Looks between two questions whether runs still exist."""
PATIENCE_SECONDS = 30.0
"""Longest pause after questions that failed."""

Count = Callable[[str, Sequence[str], Sequence[str]], int]
"""Counts which of some runs of a DAG are in some states: DAG, states, run ids."""


@dataclass(slots=True)
class Ends:
    """Wakes whoever waits for the end of a run; one for each triggerer."""

    count: Count = runs.count_runs
    waiting: defaultdict[str, dict[str, set[asyncio.Future[None]]]] = field(default_factory=lambda: defaultdict(dict))
    """Who waits, by DAG and run."""
    looking: asyncio.Task[None] | None = None

    async def wait(self, dag_id: str, run_id: str, poll_seconds: float) -> None:
        """Return once a run has ended, or is there no more."""
        end = asyncio.get_running_loop().create_future()
        self.waiting[dag_id].setdefault(run_id, set()).add(end)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look(poll_seconds))
        try:
            await end
        finally:
            together = self.waiting[dag_id][run_id]
            together.remove(end)
            if not together:
                del self.waiting[dag_id][run_id]

    async def _look(self, poll_seconds: float) -> None:
        looks, pause = 0, poll_seconds
        while any(self.waiting.values()):
            try:
                for dag_id in list(self.waiting):
                    await self._wake(dag_id, gone=looks % GONE_AFTER == GONE_AFTER - 1)
                pause = poll_seconds
            except Exception:
                # The API server may be away for a while, and no job may end because of that.
                log.exception("Cannot ask for the ends of jobs; asking again.")
                pause = min(PATIENCE_SECONDS, 2 * pause)
            looks += 1
            await asyncio.sleep(pause)

    async def _wake(self, dag_id: str, *, gone: bool) -> None:
        wanted = list(self.waiting[dag_id])
        ended = await asyncio.to_thread(self.find, dag_id, wanted, ENDED)
        if gone:
            ended |= set(wanted) - await asyncio.to_thread(self.find, dag_id, wanted, ())
        for run_id in ended:
            for end in self.waiting[dag_id].get(run_id, ()):
                if not end.done():
                    end.set_result(None)

    def find(self, dag_id: str, run_ids: Sequence[str], states: Collection[str]) -> set[str]:
        """The runs that are in some states, any when empty, found by counting halves: where none is, one question tells so."""
        found: set[str] = set()
        for start in range(0, len(run_ids), CHUNK):
            found |= self._find(dag_id, run_ids[start : start + CHUNK], tuple(states))
        return found

    def _find(self, dag_id: str, run_ids: Sequence[str], states: Sequence[str]) -> set[str]:
        there = self.count(dag_id, states, run_ids)
        if there in {0, len(run_ids)}:
            return set(run_ids) if there else set()
        half = len(run_ids) // 2
        return self._find(dag_id, run_ids[:half], states) | self._find(dag_id, run_ids[half:], states)


ENDS = Ends()
"""The ends that this triggerer waits for."""
