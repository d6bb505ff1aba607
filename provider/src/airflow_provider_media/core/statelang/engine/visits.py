"""State visits of an execution for people: input and output of each visit, and the status of each state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import unquote

from airflow_provider_media.core.statelang.definition.states import State
from airflow_provider_media.core.statelang.engine.history import HistoryEvent
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.service import ExecutionView

RUNNING, SUCCEEDED, CAUGHT, FAILED, ABORTED = "running", "succeeded", "caught", "failed", "aborted"
ORDER = (RUNNING, FAILED, ABORTED, CAUGHT, SUCCEEDED)
"""Statuses by precedence. The status of a state is the first of these among its visits."""
ENTERED, EXITED = "StateEntered", "StateExited"
_WAITING = ("Entered", "Started", "Scheduled", "Submitted")
"""Suffixes of event types after which a state waits for something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateVisit:
    """One visit of a state.

    :param state: the state's name.
    :param place: numbers of the iterations around the state, such as ``[0][3]``; empty outside of Maps.
    :param kind: the state's type, such as ``Task``.
    :param status: one of :data:`ORDER`.
    :param entered: when the state was entered.
    :param exited: when the state was exited; ``None`` when it was not exited.
    :param ended: when the visit ended, by exit or failure; ``None`` while it runs, or when nothing shows its end.
    :param input: the state's input.
    :param output: the state's output; ``None`` when there is no output.
    :param error: name of the last error; ``None`` when there was no error.
    :param cause: cause of the last error.
    """

    state: str
    status: str
    entered: datetime
    exited: datetime | None = None
    ended: datetime | None = None
    input: Json = None
    output: Json = None
    error: str | None = None
    cause: str | None = None
    place: str = ""
    kind: str = ""

    @property
    def iterations(self) -> tuple[int, ...]:
        """Numbers of the iterations around the state, the outermost first."""
        return tuple(int(number) for number in re.findall(r"\[(\d+)\]", self.place))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionHistory:
    """The history of an execution, for people.

    :param execution: the execution with its status.
    :param picture: the machine as SVG; the colours show the statuses of the states.
    :param redrives: number of redrives.
    :param visits: all visits of states.
    :param events: the history in the format of Step Functions.
    """

    execution: ExecutionView
    picture: str
    redrives: int
    visits: tuple[StateVisit, ...]
    events: tuple[dict[str, Any], ...] = field(default=())


def visits_of(run: JournaledExecution) -> list[StateVisit]:
    """Return all visits in the order of entering, visits in child executions included."""
    states = {state.name: state for _, state in run.machine.walk()}
    active = _active(run)
    own = _visits(run.events, states, active)
    children = (_visits(events, states, active, _iterations_in(path, states)) for path, events in run.children.items())
    return sorted(chain(own, chain.from_iterable(children)), key=lambda visit: visit.entered)


def standing(visits: Iterable[StateVisit]) -> dict[str, str]:
    """Return the status of each visited state, by the state's name."""
    found: dict[str, str] = {}
    for visit in visits:
        found[visit.state] = min(visit.status, found.get(visit.state, visit.status), key=ORDER.index)
    return found


def _iterations_in(path: str, states: Mapping[str, State]) -> str:
    """Return the numbers of the iterations in a child execution's path; numbers of branches are none."""
    steps = re.findall(r"/([^/@\[]+)[^/\[]*(\[\d+\])", path)
    return "".join(number for name, number in steps if states[unquote(name)].kind == "Map")


def _active(run: JournaledExecution) -> set[str]:
    """Return the names of the states that wait for something now, and of the states around them."""
    paths = [name for name in (*run.tasks, *run.timers) if name.startswith("/")]
    parts = chain.from_iterable(path.split("/") for path in paths)
    return {unquote(part.split("@")[0].split("[")[0].split("!")[0]) for part in parts if part}


def _visits(
    events: Iterable[HistoryEvent], states: Mapping[str, State], active: set[str], place: str = ""
) -> Iterable[StateVisit]:
    chains: dict[int, list[HistoryEvent]] = {}
    by_id: dict[int, HistoryEvent] = {}
    following: dict[int, str] = {}
    places: dict[int, str] = {}
    for event in events:
        by_id[event.id] = event
        inside = f"[{event.details['index']}]" if event.type == "MapIterationStarted" else ""
        places[event.id] = places.get(event.previous, place) + inside
        if event.type.endswith(ENTERED):
            chains[event.id] = [event]
            following[event.previous] = event.details["name"]
        elif (entered := _entered(event, by_id)) is not None:
            chains[entered].append(event)
    for linked in chains.values():
        visit = _visit(linked, states[linked[0].details["name"]], following, active)
        yield replace(visit, place=places[linked[0].id])


def _entered(event: HistoryEvent, by_id: Mapping[int, HistoryEvent]) -> int | None:
    """Return the id of the ``StateEntered`` event of the state that an event belongs to, or ``None``."""
    name = event.details.get("name")
    before = by_id.get(event.previous)
    while before is not None:
        if before.type.endswith(ENTERED) and name in {None, before.details["name"]}:
            return before.id
        if before.type.endswith(EXITED) and name is None:
            return None
        before = by_id.get(before.previous)
    return None


def _visit(chain: list[HistoryEvent], state: State, following: Mapping[int, str], active: set[str]) -> StateVisit:
    entered, last = chain[0], chain[-1]
    exited = last if last.type.endswith(EXITED) else None
    failed = next((event for event in reversed(chain) if "error" in event.details), None)
    status = _status(state, last, following.get(last.id), active)
    return StateVisit(
        state=state.name,
        kind=state.kind,
        status=status,
        entered=entered.at,
        exited=exited.at if exited else None,
        ended=last.at if exited or status == FAILED else None,
        input=entered.details.get("input"),
        output=exited.details.get("output") if exited else None,
        error=failed.details["error"] if failed else None,
        cause=failed.details.get("cause") if failed else None,
    )


def _status(state: State, last: HistoryEvent, following: str | None, active: set[str]) -> str:
    if last.type.endswith(EXITED):
        targets = {catcher.next for catcher in state.catch} - {state.next}
        return CAUGHT if following in targets else SUCCEEDED
    if state.name in active:
        return RUNNING
    waited = last.type.endswith(_WAITING) and state.kind in {"Task", "Wait"}
    return ABORTED if waited else FAILED
