"""What the core asks for (effects) and what it is told (journal entries), both plain data.

Ids are deterministic: ``/Encode[3]/Probe@2#1`` is the first attempt of the second visit of ``Probe`` in iteration 3 of
``Encode``. A visit or attempt of a surrounding state is written only where it is not the first. Marks that would be
ambiguous in a state's name are percent-encoded.
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
    """Have this done, once, and report how it ended.

    :param id: idempotency key, the same in each replay.
    :param resource: the task's resource, ARN or QRN.
    :param arguments: its input.
    :param context: the context object.
    :param timeout_seconds: report ``States.Timeout`` when it takes longer; ``None`` for no limit.
    :param heartbeat_seconds: report ``States.HeartbeatTimeout`` when it is silent for longer; ``None`` for no limit.
    :param credentials: whose rights it is done with, or ``None``.
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
    """Report when this moment has come.

    :param id: key of the wait, the same in each replay.
    :param until: the moment.
    """

    id: str
    until: datetime


Effect: TypeAlias = StartTask | Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The journal's head: an execution and its input.

    :param at: when it started.
    :param input: its input.
    :param name: its name; with the machine's it makes its id.
    :param machine: name of the state machine.
    :param execution_id: what ``$$.Execution.Id`` gives.
    :param machine_id: what ``$$.StateMachine.Id`` gives.
    :param role: what ``$$.Execution.RoleArn`` gives.
    :param express: whether it is an express execution, of five minutes at most.
    :param redrives: how often it was redriven.
    :param redriven_at: when it was redriven last; its time begins anew then.
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
    """A task was done.

    :param id: id of its :class:`StartTask`.
    :param at: when.
    :param output: its result.
    """

    id: str
    at: datetime
    output: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskErred:
    """A task was not done; timeouts are reported so, too.

    :param id: id of its :class:`StartTask`.
    :param at: when.
    :param error: the error's name.
    :param cause: text for people.
    """

    id: str
    at: datetime
    error: str | None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A timer's moment has come.

    :param id: id of its :class:`Timer`.
    :param at: when.
    """

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Somebody stopped the execution.

    :param at: when.
    :param error: the error that they gave.
    :param cause: the cause that they gave.
    """

    at: datetime
    error: str | None = None
    cause: str | None = None


Entry: TypeAlias = TaskSucceeded | TaskErred | TimerFired | Stopped

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Start, TaskSucceeded, TaskErred, TimerFired, Stopped)}


_TIMES = ("at", "redriven_at")


def to_json(entry: Start | Entry) -> dict[str, Json]:
    """A journal entry as JSON."""
    fields = {name: getattr(entry, name) for name in type(entry).__dataclass_fields__}
    return {"kind": type(entry).__name__, **fields, **{name: fields[name].isoformat() for name in _TIMES if fields.get(name)}}


def from_json(value: dict[str, Json]) -> Any:
    """The journal entry that :func:`to_json` has written."""
    fields = {key: item for key, item in value.items() if key != "kind"}
    return _KINDS[value["kind"]](**{**fields, **{name: datetime.fromisoformat(fields[name]) for name in _TIMES if fields.get(name)}})


@lru_cache(maxsize=1024)
def quoted(name: str) -> str:
    """A state's name as it stands in an id."""
    return re.sub(r"[%/\[\]@#!]", lambda mark: f"%{ord(mark.group()):02X}", name)
