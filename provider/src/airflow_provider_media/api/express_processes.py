"""Express executions in processes of their own, so that they do not slow down the API server for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from airflow_provider_media.api.bounded_process import ProcessEnded, call_in_process
from airflow_provider_media.core.project.machine_files import MachineFile
from airflow_provider_media.core.statelang import Execution
from airflow_provider_media.core.statelang.errors import RUNTIME
from airflow_provider_media.core.statelang.limits import EXPRESS_SECONDS

GRACE_SECONDS = 30
"""Seconds that a process has to report the end of its execution, once the machine's time is up."""


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
    try:
        return call_in_process(
            run_request, request, seconds=EXPRESS_SECONDS + GRACE_SECONDS, name=f"express {file.name}"
        )
    except ProcessEnded as ended:
        return Execution(status="FAILED", error=RUNTIME, cause=ended.reason)


def run_request(request: ExpressRequest) -> Execution:
    """Run one machine, and return how the execution ended."""
    from airflow_provider_media.core.statelang import parse
    from airflow_provider_media.state_machines.express import not_here, run_express

    machine = parse(request.definition)
    ended = run_express(machine, request.value, name=request.name, connection=request.connection, call=not_here)
    return replace(ended, events=(), children={})
