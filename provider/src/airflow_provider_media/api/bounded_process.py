"""Work in a process of its own, bounded in time, processor time and memory, so that the API server serves others.

A fork server (:mod:`multiprocessing`'s *forkserver*) has imported what the work needs, so that a process is there
within some ten milliseconds. The fork server starts with the first work, which takes some seconds longer.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, TypeVar, cast

R = TypeVar("R")
T = TypeVar("T")
PRELOADED = [
    "airflow_provider_media.api.definition_checks",
    "airflow_provider_media.api.express_processes",
    "airflow_provider_media.api.machine_test_work",
    "airflow_provider_media.state_machines.express",
]
START_SECONDS = 60
"""Seconds that a process has to start."""
MEMORY_BYTES = 300 * 1024**2
"""Bytes of memory that work may take, besides those that its process has at its start."""
NICENESS = 10
"""Niceness of the process: everything else on the host goes first, the API server above all."""
_BEGUN = "begun"


class ProcessEnded(Exception):
    """The process ended without a result.

    :param reason: one sentence for people.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def call_in_process(work: Callable[[R], T], request: R, *, seconds: float, name: str) -> T:
    """Call a function in another process, and wait for its result.

    :param work: function of a module; its request and its result are pickled.
    :param seconds: time limit, counted from the start of the work.
    :param name: name of the process.
    :raises ProcessEnded: when the work takes too long or too much memory, or when its process dies.
    """
    receiving, sending = _context().Pipe(duplex=False)
    process = _context().Process(target=_serve, args=(sending, work, request, seconds), name=name, daemon=True)
    process.start()
    # From here on, only the process holds the other end, so that its death ends the wait.
    sending.close()
    try:
        if not receiving.poll(START_SECONDS):
            raise ProcessEnded(f"The process did not start within {START_SECONDS} seconds.")
        _check_begun(receiving)
        if not receiving.poll(seconds):
            raise ProcessEnded(f"The work took more than {seconds:g} seconds.")
        return cast("T", _result(receiving))
    finally:
        receiving.close()
        process.kill()
        process.join()
        process.close()


def _check_begun(receiving: Connection) -> None:
    if _result(receiving) != _BEGUN:
        raise ProcessEnded("The process answered before its work began.")


def _result(receiving: Connection) -> Any:
    try:
        answer = receiving.recv()
    except (EOFError, OSError):  # an OSError when the process dies while it sends
        raise ProcessEnded("The process ended without a result.") from None
    if isinstance(answer, ProcessEnded):
        raise answer
    return answer


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _serve(results: Connection, work: Callable[[R], T], request: R, seconds: float) -> None:
    """Do the work in a process that does nothing else, and send its result."""
    os.nice(NICENESS)
    _limit_memory()
    _limit_processor_time(seconds)
    results.send(_BEGUN)
    try:
        answer: Any = work(request)
    except MemoryError:
        answer = ProcessEnded(f"The work took more than {MEMORY_BYTES // 1024**2} MiB of memory.")
    results.send(answer)


def _limit_memory() -> None:
    # Limit data only: the address space of a process with threads is far larger than the memory that it uses.
    with suppress(OSError, KeyError):  # only Linux has this file
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        limit = int(status["VmData"].split()[0]) * 1024 + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _limit_processor_time(seconds: float) -> None:
    # The caller ends the process in time. When the caller has died, nobody else does.
    limit = int(seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
