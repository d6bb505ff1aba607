"""Express executions in processes of their own, so that a state machine does not slow down the API server for others.

A fork server (:mod:`multiprocessing`'s *forkserver*) has imported what executions need, so that a process is there
within some ten milliseconds. The fork server starts with the first execution, which takes some seconds longer.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from airflow_provider_media.core.project.machine_files import MachineFile
from airflow_provider_media.core.statelang import Execution
from airflow_provider_media.core.statelang.errors import RUNTIME
from airflow_provider_media.core.statelang.limits import EXPRESS_SECONDS

PRELOADED = ["airflow_provider_media.api.express_processes", "airflow_provider_media.state_machines.express"]
GRACE_SECONDS = 30
"""Seconds that a process has to report the end of its execution, once the machine's time is up."""
MEMORY_BYTES = 300 * 1024**2
"""Bytes of memory that an execution may take, besides those that its process has at its start."""
NICENESS = 10
"""Niceness of the process: everything else on the host goes first, the API server above all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressRequest:
    """One express execution, as its process receives it."""

    definition: Mapping[str, Any]
    connection: str
    """Id of the connection whose rights the tasks use."""
    value: Any
    """The execution's input."""
    name: str


def run_in_process(file: MachineFile, value: Any, name: str) -> Execution:
    """Run an express machine to its end in another process, and wait for it.

    :param value: the execution's input.
    :param name: name of the execution.
    :return: how the execution ended, without its history.
    """
    request = ExpressRequest(definition=file.definition, connection=file.settings.connection, value=value, name=name)
    receiving, sending = _context().Pipe(duplex=False)
    process = _context().Process(target=run_and_send, args=(sending, request), name=f"express {file.name}", daemon=True)
    process.start()
    # From here on, only the process holds the other end, so that its death ends the wait.
    sending.close()
    try:
        if receiving.poll(EXPRESS_SECONDS + GRACE_SECONDS):
            with suppress(EOFError):
                ended: Execution = receiving.recv()
                return ended
        return Execution(
            status="FAILED", error=RUNTIME, cause="The process of the express execution ended without a result."
        )
    finally:
        receiving.close()
        process.kill()
        process.join()
        process.close()


@cache
def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def run_and_send(results: Connection, request: ExpressRequest) -> None:
    """Run one machine in a process that does nothing else, and send how the execution ended.

    :param results: connection that takes one ``Execution``.
    """
    from airflow_provider_media.core.statelang import parse
    from airflow_provider_media.state_machines.express import not_here, run_express

    os.nice(NICENESS)
    _limit_memory()
    try:
        ended = run_express(
            parse(request.definition), request.value, name=request.name, connection=request.connection, call=not_here
        )
    except MemoryError:
        ended = Execution(
            status="FAILED",
            error=RUNTIME,
            cause=f"The execution took more than {MEMORY_BYTES // 1024**2} MiB of memory.",
        )
    results.send(replace(ended, events=(), children={}))


def _limit_memory() -> None:
    # Limit data only: the address space of a process with threads is far larger than the memory that it uses.
    with suppress(OSError, KeyError):  # only Linux has this file
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        limit = int(status["VmData"].split()[0]) * 1024 + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
