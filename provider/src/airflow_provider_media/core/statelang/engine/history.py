"""The history of an execution, with the event types of Step Functions' ``GetExecutionHistory``."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.expressions.timestamps import text
from airflow_provider_media.core.statelang.jsontext import Json, size
from airflow_provider_media.core.statelang.limits import HISTORY_BYTES, HISTORY_EVENTS

_PAYLOADS = frozenset({"input", "output", "assignedVariables"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvent:
    """One event of a history.

    :param id: the event's number, counted from 1.
    :param previous: id of the event that led to this event; 0 for the first.
    :param at: when the event happened.
    :param type: the event type of Step Functions, such as ``TaskStateEntered``.
    :param details: details of the event: name, input, output, assigned variables, error, cause, index.
    """

    id: int
    previous: int
    at: datetime
    type: str
    details: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON."""
        return {
            "id": self.id,
            "previousEventId": self.previous,
            "timestamp": text(self.at),
            "type": self.type,
            **self.details,
        }


@dataclass(slots=True)
class PayloadRoom:
    """Bytes that are left for payloads in a history and its children's histories."""

    left: int = HISTORY_BYTES


@dataclass(slots=True, kw_only=True)
class History:
    """Events of an execution, or of one child execution of a distributed Map, in the order in which they happened.

    A history holds 25,000 events at most, and payloads up to ``HISTORY_BYTES``.

    :param limited: whether a full history ends the execution, as for standard executions; else the oldest events are
        dropped.
    :param room: bytes that are left for payloads, shared with the children's histories.
    :param children: histories of child executions, by path.
    """

    limited: bool
    room: PayloadRoom = field(default_factory=PayloadRoom)
    events: deque[HistoryEvent] = field(default_factory=lambda: deque(maxlen=HISTORY_EVENTS + 1))
    count: int = 0
    children: dict[str, History] = field(default_factory=dict)
    _payload: Json = None

    def add(self, kind: str, at: datetime, previous: int, details: Mapping[str, Any]) -> int:
        """Record an event and return its number.

        :raises StateError: ``States.Runtime`` when a limited history is full.
        """
        number = self.count + 1
        if self.limited and number > HISTORY_EVENTS and not kind.startswith("Execution"):
            raise runtime(f"The execution reached the maximum number of history events ({HISTORY_EVENTS}).")
        self.count = number
        self.events.append(HistoryEvent(id=number, previous=previous, at=at, type=kind, details=self._held(details)))
        return number

    def _held(self, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the details; a truncation mark replaces a payload for which no room is left."""
        for key in _PAYLOADS & details.keys():
            payload = details[key]
            # The output of a state is the input of the next state. The same object takes no further memory.
            if payload is self._payload:
                continue
            try:
                needed = size(payload)
            except RecursionError:
                needed = HISTORY_BYTES + 1
            if needed > self.room.left:
                return {
                    **{name: value for name, value in details.items() if name != key},
                    f"{key}Details": {"truncated": True},
                }
            self.room.left -= needed
            self._payload = payload
        return details

    def child(self, path: str) -> History:
        """Return the history of a child execution; create it when absent."""
        return self.children.setdefault(path, History(limited=self.limited, room=self.room))
