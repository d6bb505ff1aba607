"""Ends of runs, shared by many triggers: each query asks for all awaited runs of a DAG together."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from airflow_provider_media.airflow_contract.run_states import ENDED
from airflow_provider_media.hooks import runs

log = logging.getLogger(__name__)

CHUNK = 64
"""Most run ids per query: the ids travel in the query string of a URL."""
GONE_AFTER = 60
"""Number of looks after which one query checks whether the runs still exist."""
PATIENCE_SECONDS = 30.0
"""Longest pause in seconds after failed queries."""

Count = Callable[[str, Sequence[str], Sequence[str]], int]
"""Returns how many of some runs of a DAG are in some states. Its arguments are DAG, states and run ids."""


@dataclass(slots=True)
class Ends:
    """Resumes every wait for the end of a run. Each triggerer has one instance."""

    count: Count = runs.count_runs
    waiting: defaultdict[str, dict[str, set[asyncio.Future[None]]]] = field(default_factory=lambda: defaultdict(dict))
    """Futures of the waits, by DAG and run."""
    looking: asyncio.Task[None] | None = None

    async def wait(self, dag_id: str, run_id: str, poll_seconds: float) -> None:
        """Return when the run has ended or no longer exists."""
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
                # The API server may be unavailable for a while; no job may end because of that.
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
        """Return the runs that are in some states, or in any state when ``states`` is empty.

        The search counts halves: when no run matches, one query is enough.
        """
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
