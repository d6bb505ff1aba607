"""Concurrency limit: how many executions or tests one server runs at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_media.api.errors import ExecutionsBusy
from airflow_provider_media.core.errors import MediaError


class ConcurrencyLimit:
    """A limit on executions in the threads that also answer all other requests.

    :param count: number of executions that run at once.
    :param busy: error for the executions that are too many.
    """

    def __init__(self, count: int, busy: type[MediaError] = ExecutionsBusy) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._busy = busy

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Count one execution for the duration of the block.

        :raises MediaError: the error ``busy``, when the limit is reached.
        """
        if not self._free.acquire(blocking=False):
            raise self._busy
        try:
            yield
        finally:
            self._free.release()
