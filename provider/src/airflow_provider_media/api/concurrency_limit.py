"""Concurrency limits: how much work that takes long one server does at once."""

from __future__ import annotations

import os
import threading
from asyncio import FIRST_COMPLETED, ensure_future, get_running_loop, wait
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from fastapi import Request

from airflow_provider_media.api.errors import ExecutionsBusy
from airflow_provider_media.core.errors import MediaError

R = TypeVar("R")
NICENESS = 10
"""Niceness of threads of their own: everything else on the host goes first, the API server above all."""


class ConcurrencyLimit:
    """A limit on work in the threads that also answer all other requests.

    :param count: number of pieces of work, such as express executions, that run at once.
    :param busy: error for a piece of work above the limit.
    """

    def __init__(self, count: int, busy: type[MediaError] = ExecutionsBusy) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._busy = busy

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Count one piece of work for the duration of the block.

        :raises MediaError: the error for work above the limit, when the limit is reached.
        """
        self._take()
        try:
            yield
        finally:
            self._free.release()

    def _take(self) -> None:
        if not self._free.acquire(blocking=False):
            raise self._busy


class NiceThreads(ConcurrencyLimit):
    """A limit on work in threads of its own; the processes that these start have a low priority."""

    def __init__(self, count: int, busy: type[MediaError]) -> None:
        super().__init__(count, busy)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="nice", initializer=_be_nice)

    async def run_for(self, request: Request, work: Callable[[Callable[[], bool]], R]) -> R:
        """Do a request's piece of work in one of the threads, and return its result.

        :param work: takes a function that returns whether the client has gone, so that nobody waits for the work.
        :raises MediaError: the error for work above the limit, when the limit is reached.
        """
        gone = threading.Event()
        task = ensure_future(self.run(lambda: work(gone.is_set)))
        # Not is_disconnected: behind a middleware of Starlette's it never learns that the client has gone. The body was
        # read before, so that nothing but the end of the connection can be received.
        end = ensure_future(request.receive())
        try:
            await wait({task, end}, return_when=FIRST_COMPLETED)
            if not task.done():
                gone.set()
            return await task
        finally:
            end.cancel()

    async def run(self, work: Callable[[], R]) -> R:
        """Do a piece of work in one of the threads, and return its result.

        :raises MediaError: the error for work above the limit, when the limit is reached.
        """
        self._take()

        def counted() -> R:
            # Not in the caller's coroutine, which may end before the thread does.
            try:
                return work()
            finally:
                self._free.release()

        return await get_running_loop().run_in_executor(self._threads, counted)


def _be_nice() -> None:
    with suppress(OSError):  # Linux gives each thread a niceness of its own, which its child processes inherit
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
