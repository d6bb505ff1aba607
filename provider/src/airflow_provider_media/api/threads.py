"""Threads for work that waits for its turn to change queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

R = TypeVar("R")
_OURS = CapacityLimiter(64)
"""Number of threads: about as many submissions share one transaction, see ``job_store.group_commit``."""


async def in_own_thread(work: Callable[[], R]) -> R:
    """Run work that may have to wait for others in a thread of its own pool, and return its result.

    The threads in which FastAPI calls plain functions are shared with all of Airflow, whose tasks report to the same
    server. A burst of submissions must not take all of these threads.
    """
    return await to_thread.run_sync(work, limiter=_OURS)
