"""Concurrency limit: how many express executions one server runs at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_media.core.errors import ExecutionsBusy


class ConcurrencyLimit:
    """A bound on what runs in the threads that also answer all other requests.

    :param count: how many.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Hold one of the limit for the block.

        :raises ExecutionsBusy: where none is free.
        """
        if not self._free.acquire(blocking=False):
            raise ExecutionsBusy
        try:
            yield
        finally:
            self._free.release()
