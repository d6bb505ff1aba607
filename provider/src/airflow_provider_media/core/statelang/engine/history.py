"""The history of an execution, in the event types of Step Functions' ``GetExecutionHistory``."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.jsontext import Json, size
from airflow_provider_media.core.statelang.limits import HISTORY_BYTES, HISTORY_EVENTS
from airflow_provider_media.core.statelang.timestamps import text

_PAYLOADS = frozenset({"input", "output"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvent:
    """One event.

    :param id: number from 1.
    :param previous: the event that led to it; 0 for the first.
    :param at: when.
    :param type: as Step Functions names it, such as ``TaskStateEntered``.
    :param details: what belongs to it: name, input, output, error, cause, index.
    """

    id: int
    previous: int
    at: datetime
    type: str
    details: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The event as JSON."""
        return {"id": self.id, "previousEventId": self.previous, "timestamp": text(self.at), "type": self.type, **self.details}


@dataclass(slots=True)
class PayloadRoom:
    """Bytes that payloads may still take in a history and in those of its children."""

    left: int = HISTORY_BYTES


@dataclass(slots=True, kw_only=True)
class History:
    """Events in the order in which they happened; of the execution, or of one child of a distributed Map.

    It holds 25,000 events at most, and payloads as long as there is room for them.

    :param limited: whether a full history ends the execution, as that of a standard one does; else the oldest events are dropped.
    """

    limited: bool
    room: PayloadRoom = field(default_factory=PayloadRoom)
    events: deque[HistoryEvent] = field(default_factory=lambda: deque(maxlen=HISTORY_EVENTS + 1))
    count: int = 0
    children: dict[str, History] = field(default_factory=dict)
    _payload: Json = None

    def add(self, kind: str, at: datetime, previous: int, details: Mapping[str, Any]) -> int:
        """Record an event and give its number.

        :raises StateError: ``States.Runtime`` where the history is full.
        """
        number = self.count + 1
        if self.limited and number > HISTORY_EVENTS and not kind.startswith("Execution"):
            raise runtime(f"The execution reached the maximum number of history events ({HISTORY_EVENTS}).")
        self.count = number
        self.events.append(HistoryEvent(id=number, previous=previous, at=at, type=kind, details=self._held(details)))
        return number

    def _held(self, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The details, with a mark in place of a payload for which there is no room."""
        for key in _PAYLOADS & details.keys():
            payload = details[key]
            # What leaves a state enters the next one; the same object takes no further memory.
            if payload is self._payload:
                continue
            try:
                needed = size(payload)
            except RecursionError:
                needed = HISTORY_BYTES + 1
            if needed > self.room.left:
                return {**{name: value for name, value in details.items() if name != key}, f"{key}Details": {"truncated": True}}
            self.room.left -= needed
            self._payload = payload
        return details

    def child(self, path: str) -> History:
        """The history of a child execution."""
        return self.children.setdefault(path, History(limited=self.limited, room=self.room))
