"""Events of an execution from its state visits, where no interpreter has recorded a history."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    Machine,
    MapState,
    ParallelState,
    State,
    TaskState,
)
from airflow_provider_media.core.statelang.engine.history import HistoryEvent
from airflow_provider_media.core.statelang.engine.task_work import TASK_EVENTS
from airflow_provider_media.core.statelang.engine.visits import CAUGHT, ENTERED, EXITED, FAILED, SUCCEEDED, StateVisit
from airflow_provider_media.core.statelang.errors import QUERY_EVALUATION, TIMEOUT
from airflow_provider_media.core.statelang.service import ExecutionView

_END_EVENTS = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "ABORTED": "ExecutionAborted",
}
_NUMBER = re.compile(r"\[(\d+)\]")


def events_of(machine: Machine, execution: ExecutionView, visits: Iterable[StateVisit]) -> tuple[HistoryEvent, ...]:
    """Return the history of an execution as far as its visits show it.

    Each event has a higher id than the event that led to it, and no earlier time: clocks of workers may differ. The
    events of tasks have no payloads, because visits hold inputs and outputs of states only.

    :param visits: all visits; one of each state in each iteration, or several.
    """
    visits = sorted(visits, key=lambda visit: visit.entered)
    timeline = _Timeline(visits)
    moments = [execution.started_at, *(visit.entered for visit in visits[:1])]
    first = min((moment for moment in moments if moment is not None), default=None)
    if first is None:
        return ()
    started = timeline.add("ExecutionStarted", first, None, input=execution.input)
    last = timeline.walk(machine, "", started)
    if execution.status in _END_EVENTS:
        timeline.end(execution, last)
    return timeline.numbered()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """An event without a number.

    :param previous: index of the moment that led to this one; ``None`` for the first.
    """

    at: datetime
    type: str
    details: dict[str, Any]
    previous: int | None


class _Timeline:
    """The moments of an execution, in the order of a walk through its machine."""

    def __init__(self, visits: Sequence[StateVisit]) -> None:
        self.moments: list[_Moment] = []
        self.visits: dict[tuple[str, str], list[StateVisit]] = defaultdict(list)
        self.places: dict[str, set[str]] = defaultdict(set)
        for visit in visits:
            self.visits[visit.state, visit.place].append(visit)
            self.places[visit.state].add(visit.place)

    def add(self, kind: str, at: datetime, previous: int | None, **details: Any) -> int:
        """Add a moment and return its index."""
        if previous is not None:
            at = max(at, self.moments[previous].at)
        self.moments.append(_Moment(at=at, type=kind, details=details, previous=previous))
        return len(self.moments) - 1

    def numbered(self) -> tuple[HistoryEvent, ...]:
        """Return the moments in order of time, with numbers from 1."""
        # The sort is stable: moments of one time stay in the order of the walk, causes before effects.
        order = sorted(range(len(self.moments)), key=lambda index: self.moments[index].at)
        ids = {index: number for number, index in enumerate(order, 1)}
        return tuple(
            HistoryEvent(
                id=ids[index],
                previous=0 if moment.previous is None else ids[moment.previous],
                at=moment.at,
                type=moment.type,
                details=moment.details,
            )
            for index, moment in ((index, self.moments[index]) for index in order)
        )

    def end(self, execution: ExecutionView, previous: int) -> None:
        """Add the end of the execution, after everything else."""
        latest = max(moment.at for moment in self.moments)
        at = max(latest, execution.ended_at or latest)
        if execution.status == "SUCCEEDED":
            self.add(_END_EVENTS[execution.status], at, previous, output=execution.output)
        else:
            self.add(_END_EVENTS[execution.status], at, previous, error=execution.error, cause=execution.cause)

    def walk(self, machine: Machine, place: str, previous: int) -> int:
        """Add the visits of a machine's states at a place, and return the index of the last moment."""
        for visit in sorted(self._visits_in(machine, place), key=lambda visit: visit.entered):
            previous = self._visit(machine.states[visit.state], visit, previous)
        return previous

    def _visits_in(self, machine: Machine, place: str) -> Iterator[StateVisit]:
        for name in machine.states:
            yield from self.visits.get((name, place), ())

    def _visit(self, state: State, visit: StateVisit, previous: int) -> int:
        last = self.add(f"{state.kind}{ENTERED}", visit.entered, previous, name=state.name, input=visit.input)
        match state:
            case TaskState():
                last = self._task(state, visit, last)
            case MapState() | ParallelState():
                last = self._group(state, visit, last)
            case _ if visit.error == QUERY_EVALUATION:
                last = self._add_failure("EvaluationFailed", visit, last, name=state.name)
        if visit.exited is not None:
            last = self.add(f"{state.kind}{EXITED}", visit.exited, last, name=state.name, output=visit.output)
        return last

    def _task(self, state: TaskState, visit: StateVisit, last: int) -> int:
        kind, resource = TASK_EVENTS[state.resource.family], state.resource.text
        last = self.add(f"{kind}Scheduled", visit.entered, last, resource=resource)
        last = self.add(f"{kind}Started", visit.entered, last, resource=resource)
        if visit.status == SUCCEEDED and visit.exited is not None:
            return self.add(f"{kind}Succeeded", visit.exited, last, resource=resource)
        if visit.status in {FAILED, CAUGHT}:
            end = "TimedOut" if visit.error == TIMEOUT else "Failed"
            return self._add_failure(f"{kind}{end}", visit, last, resource=resource)
        return last

    def _group(self, state: MapState | ParallelState, visit: StateVisit, last: int) -> int:
        kind = f"{state.kind}State"
        started = self.add(f"{kind}Started", visit.entered, last, name=state.name)
        ends = list(self._inner_ends(state, visit.place, started))
        last = max(ends, key=lambda index: self.moments[index].at, default=started)
        if visit.status == SUCCEEDED and visit.exited is not None:
            return self.add(f"{kind}Succeeded", visit.exited, last, name=state.name)
        if visit.status in {FAILED, CAUGHT}:
            return self.add(f"{kind}Failed", visit.ended or visit.entered, last, name=state.name)
        return last

    def _inner_ends(self, state: MapState | ParallelState, place: str, started: int) -> Iterator[int]:
        if isinstance(state, ParallelState):
            for branch in state.inner:
                yield self.walk(branch, place, started)
            return
        for index in self._iterations(state.processor, place):
            yield self._iteration(state, f"{place}[{index}]", index, started)

    def _iterations(self, processor: Machine, place: str) -> list[int]:
        inner: set[str] = set().union(*(self.places.get(name, ()) for name in processor.states))
        found = (_NUMBER.fullmatch(each.removeprefix(place)) for each in inner)
        return sorted(int(match[1]) for match in found if match)

    def _iteration(self, state: MapState, place: str, index: int, started: int) -> int:
        visits = sorted(self._visits_in(state.processor, place), key=lambda visit: visit.entered)
        name = state.name
        last = self.add("MapIterationStarted", visits[0].entered, started, name=name, index=index)
        last = self.walk(state.processor, place, last)
        ended, final = visits[-1], state.processor.states[visits[-1].state]
        is_end = final.next is None and not isinstance(final, ChoiceState)
        if ended.status == FAILED:
            return self.add("MapIterationFailed", ended.ended or ended.entered, last, name=name, index=index)
        if ended.status == SUCCEEDED and ended.exited is not None and is_end:
            return self.add("MapIterationSucceeded", ended.exited, last, name=name, index=index)
        return last

    def _add_failure(self, kind: str, visit: StateVisit, previous: int, **details: Any) -> int:
        known = {} if visit.error is None else {"error": visit.error, "cause": visit.cause}
        return self.add(kind, visit.ended or visit.entered, previous, **details, **known)
