"""The history of an execution, in the event types of Step Functions' ``GetExecutionHistory``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.limits import HISTORY_EVENTS
from airflow_provider_media.core.statelang.timestamps import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
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


@dataclass(slots=True, kw_only=True)
class History:
    """Events in the order in which they happened; of the execution, or of one child of a distributed Map.

    :param limited: whether it may hold 25,000 events at most, as that of a standard execution.
    """

    limited: bool
    events: list[Event] = field(default_factory=list)
    children: dict[str, History] = field(default_factory=dict)

    def add(self, kind: str, at: datetime, previous: int, details: Mapping[str, Any]) -> int:
        """Record an event and give its number.

        :raises StateError: ``States.Runtime`` where the history is full.
        """
        number = len(self.events) + 1
        if self.limited and number > HISTORY_EVENTS and not kind.startswith("Execution"):
            raise runtime(f"The execution reached the maximum number of history events ({HISTORY_EVENTS}).")
        self.events.append(Event(id=number, previous=previous, at=at, type=kind, details=details))
        return number

    def child(self, path: str) -> History:
        """The history of a child execution."""
        return self.children.setdefault(path, History(limited=self.limited))
