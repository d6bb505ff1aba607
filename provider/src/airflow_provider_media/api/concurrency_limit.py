"""Concurrency limit: how many pieces of one kind of work one server does at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_media.core.errors import MediaError


class ConcurrencyLimit:
    """A limit on long work in the threads that also answer all other requests.

    :param count: number of pieces of work that run at once.
    :param busy: error of a request above the limit.
    """

    def __init__(self, count: int, busy: type[MediaError]) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._busy = busy

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Count one piece of work for the duration of the block.

        :raises MediaError: the error of this limit, when the limit is reached.
        """
        if not self._free.acquire(blocking=False):
            raise self._busy
        try:
            yield
        finally:
            self._free.release()
