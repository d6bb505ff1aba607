"""Threads in which whoever changes queues waits for its turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

R = TypeVar("R")
_OURS = CapacityLimiter(64)
"""As many as are submitted in one transaction, more or less: see ``job_store.group_commit``."""


async def in_own_thread(work: Callable[[], R]) -> R:
    """What work answers that may have to wait for others.

    The threads in which FastAPI calls plain functions are shared with all of Airflow, whose tasks report to the same server: a burst of
    submissions must not take them all.
    """
    return await to_thread.run_sync(work, limiter=_OURS)
