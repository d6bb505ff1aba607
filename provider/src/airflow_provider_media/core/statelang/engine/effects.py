"""Effects, which the engine requests, and journal entries, which the engine receives; both are plain data.

Ids are deterministic: ``/Encode[3]/Probe@2#1`` is the first attempt of the second visit of ``Probe`` in iteration 3 of
``Encode``. The visit and attempt of a surrounding state are written only when the visit or the attempt is not the
first. Characters of a state's name that would be ambiguous are percent-encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from airflow_provider_media.core.statelang.jsontext import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTask:
    """A request to perform a task once and to report its end.

    :param id: idempotency key, the same in each replay.
    :param resource: the task's resource, ARN or QRN.
    :param arguments: the task's input.
    :param context: the context object.
    :param timeout_seconds: time limit, after which the driver reports ``States.Timeout``; ``None`` for no limit.
    :param heartbeat_seconds: longest time without a heartbeat, after which the driver reports
        ``States.HeartbeatTimeout``; ``None`` for no limit.
    :param credentials: the task's ``Credentials``, which name the role whose rights it uses, or ``None``.
    """

    id: str
    resource: str
    arguments: Json
    context: Json
    timeout_seconds: float | None = None
    heartbeat_seconds: float | None = None
    credentials: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A request to report when a moment has come.

    :param id: key of the wait, the same in each replay.
    :param until: the moment.
    """

    id: str
    until: datetime


Effect: TypeAlias = StartTask | Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The journal's head: an execution and its input.

    :param at: when the execution started.
    :param input: the execution's input.
    :param name: the execution's name, part of its id.
    :param machine: name of the state machine.
    :param execution_id: value of ``$$.Execution.Id``.
    :param machine_id: value of ``$$.StateMachine.Id``.
    :param role: value of ``$$.Execution.RoleArn``.
    :param express: whether the execution is an express execution, of five minutes at most.
    :param redrives: number of redrives.
    :param redriven_at: time of the last redrive, which restarts the execution's timeout.
    """

    at: datetime
    input: Json
    name: str
    machine: str = "machine"
    execution_id: str = ""
    machine_id: str = ""
    role: str = ""
    express: bool = False
    redrives: int = 0
    redriven_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSucceeded:
    """The journal entry of a task that succeeded.

    :param id: id of the :class:`StartTask`.
    :param at: when the task ended.
    :param output: the task's result.
    """

    id: str
    at: datetime
    output: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskErred:
    """The journal entry of a task that failed or timed out.

    :param id: id of the :class:`StartTask`.
    :param at: when the task ended.
    :param error: the error's name.
    :param cause: text for people.
    """

    id: str
    at: datetime
    error: str | None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """The journal entry of a timer that fired.

    :param id: id of the :class:`Timer`.
    :param at: when the timer fired.
    """

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The journal entry of an execution that somebody stopped.

    :param at: when the execution was stopped.
    :param error: the error from the stop request.
    :param cause: the cause from the stop request.
    """

    at: datetime
    error: str | None = None
    cause: str | None = None


Entry: TypeAlias = TaskSucceeded | TaskErred | TimerFired | Stopped

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Start, TaskSucceeded, TaskErred, TimerFired, Stopped)}


_TIMES = ("at", "redriven_at")


def to_json(entry: Start | Entry) -> dict[str, Json]:
    """Return a journal entry as JSON."""
    fields = {name: getattr(entry, name) for name in type(entry).__dataclass_fields__}
    return {
        "kind": type(entry).__name__,
        **fields,
        **{name: fields[name].isoformat() for name in _TIMES if fields.get(name)},
    }


def from_json(value: dict[str, Json]) -> Any:
    """Return the journal entry from the JSON of :func:`to_json`."""
    fields = {key: item for key, item in value.items() if key != "kind"}
    return _KINDS[value["kind"]](
        **{**fields, **{name: datetime.fromisoformat(fields[name]) for name in _TIMES if fields.get(name)}}
    )


@lru_cache(maxsize=1024)
def quoted(name: str) -> str:
    """Return a state's name in the percent-encoded form of ids."""
    return re.sub(r"[%/\[\]@#!]", lambda mark: f"%{ord(mark.group()):02X}", name)
