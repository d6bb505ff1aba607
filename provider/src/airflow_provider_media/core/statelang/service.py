"""Executions as clients of the service see them: name, status, output and error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict

from airflow_provider_media.core.statelang.definition.states import Machine, MapState, TaskState
from airflow_provider_media.core.statelang.jsontext import Json

Status = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionView:
    """One execution of a state machine."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    machine: str
    """Name of the state machine."""
    name: str
    """Name of the execution, unique within its state machine."""
    status: Status
    started_at: datetime | None
    """When the execution started; absent while the execution waits to start."""
    ended_at: datetime | None = None
    input: Json = None
    output: Json = None
    """The output, when the execution has succeeded."""
    error: str | None = None
    """Name of the error that ended the execution."""
    cause: str | None = None
    """The cause of the error, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSummary:
    """One execution in a list."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    name: str
    """Name of the execution, unique within its state machine."""
    status: Status
    started_at: datetime | None
    """When the execution started; absent while the execution waits to start."""
    stopped_at: datetime | None
    """When the execution ended; absent while the execution runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApproval:
    """A question of an execution that nobody has answered yet; Airflow's API of required actions takes the answer."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    """-1 where the task is not mapped."""
    state: str | None
    """Name of the state that asks; None where the task itself is that of the state."""
    subject: str
    """The question in one line."""
    body: str | None
    options: tuple[str, ...]
    """Possible answers; the last one rejects."""
    assigned_to: tuple[str, ...]
    """Ids of the users who may answer; empty when everybody may who has the right to the DAG."""
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionFilter:
    """Filter of a list of executions; None means no restriction."""

    status: Status | None = None
    started_after: datetime | None = None
    started_before: datetime | None = None
    text: str | None = None
    """Part of the name, in any case."""
    limit: int = 50
    """Executions on one page, up to 200."""
    cursor: str | None = None
    """``next`` of the previous page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionPage:
    """A page of executions, newest first."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    executions: tuple[ExecutionSummary, ...]
    next: str | None = None
    """Cursor of the next page; None on the last one. A page with a filter by status may be short and have a next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An execution, and whether this call created it."""

    execution: ExecutionView
    created: bool


def not_for_express(machine: Machine) -> str | None:
    """Return the reason why a machine cannot run as an express execution; ``None`` when it can."""
    return next(_problems(machine), None)


def _problems(machine: Machine) -> Iterator[str]:
    for _, state in machine.walk():
        if isinstance(state, TaskState) and state.resource.has_token:
            yield f"{state.name!r} waits for somebody else ({state.resource.text}), which an express machine cannot"
        if isinstance(state, TaskState) and state.credentials is not None:
            yield (
                f"{state.name!r} has Credentials, and an express machine works with the rights of its own connection"
                " alone"
            )
        if isinstance(state, MapState) and state.distributed:
            yield f"{state.name!r} is a distributed Map, which an express machine cannot have"
