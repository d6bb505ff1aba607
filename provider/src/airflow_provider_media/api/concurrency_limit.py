"""Concurrency limit: how many express executions one server runs at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_media.api.errors import ExecutionsBusy


class ConcurrencyLimit:
    """A limit on executions in the threads that also answer all other requests.

    :param count: number of executions that run at once.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Count one execution for the duration of the block.

        :raises ExecutionsBusy: when the limit is reached.
        """
        if not self._free.acquire(blocking=False):
            raise ExecutionsBusy
        try:
            yield
        finally:
            self._free.release()
