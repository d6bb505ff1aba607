"""A machine as a graph of tasks: one step per state, task groups for Parallel and Map.

:func:`shape_of` refuses a machine that an acyclic graph cannot express, and gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    FailState,
    Machine,
    MapState,
    ParallelState,
    State,
)
from airflow_provider_media.core.statelang.expressions.choice.wording import words
from airflow_provider_media.core.statelang.jsontext import is_integer
from airflow_provider_media.core.task_ids import EACH, RESULT

ID_CHARACTERS = 230
"""Longest id of a task or group. Airflow allows 250 characters; a group's first and last task need some of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A transition from one state to another state of the same machine.

    :param target: name of the following state.
    :param label: when the transition is taken.
    """

    target: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStep:
    """A state as a task or as a task group.

    :param state: the state's name.
    :param kind: the state's type, such as ``Task``.
    :param id: id of the task or group, without the ids of the groups around it.
    :param ways: transitions to following states.
    :param ends: whether the machine can end with this state.
    :param retries: the most retries of the state.
    :param limit: concurrency limit of a Map's iterations; 0 for no limit.
    :param inner: branches of a Parallel, or the processor of a Map.
    """

    state: str
    kind: str
    id: str
    ways: tuple[Way, ...] = ()
    ends: bool = False
    retries: int = 0
    limit: int = 0
    inner: tuple[Shape, ...] = ()

    @property
    def last(self) -> bool:
        """Whether the machine's end has to wait for this step."""
        return self.ends or not self.ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A machine, a branch or a processor as a graph.

    :param start: name of the first state.
    :param steps: the reachable states in topological order.
    """

    start: str
    steps: tuple[TaskStep, ...]

    def leading_to(self, state: str) -> tuple[TaskStep, ...]:
        """Return the steps with a transition to a state."""
        return tuple(step for step in self.steps if any(way.target == state for way in step.ways))

    def tasks(self, prefix: str = "") -> Iterator[tuple[TaskStep, str]]:
        """Yield each step with the id of its task or group, steps inside groups included."""
        for step in self.steps:
            yield step, f"{prefix}{step.id}"
            for index, inner in enumerate(step.inner):
                yield from inner.tasks(f"{prefix}{step.id}.{EACH if step.kind == 'Map' else branch_id(index)}.")


def branch_id(index: int) -> str:
    """Return the id of a branch's task group; ``index`` counts from 0."""
    return f"branch_{index + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativePlan:
    """The graph of a machine that can run as tasks of a DAG.

    :param shape: the graph.
    """

    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The answer for a machine that cannot run as tasks of a DAG.

    :param reason: the part of the machine that a graph cannot express, for people.
    """

    reason: str


class _Refused(Exception):
    """A graph of tasks cannot express some part of the machine."""


def shape_of(machine: Machine) -> NativePlan | Refusal:
    """Return the graph of a machine, or the reason why the machine has none."""
    try:
        return NativePlan(shape=_shape(machine, in_map=False, room=ID_CHARACTERS))
    except _Refused as refused:
        return Refusal(reason=str(refused))


def _shape(machine: Machine, *, in_map: bool, room: int) -> Shape:
    names = _in_order(machine)
    ids = dict(zip(names, _ids(names), strict=True))
    steps = tuple(_step(machine.states[name], ids[name], in_map=in_map, room=room) for name in names)
    return Shape(start=machine.start_at, steps=steps)


def _in_order(machine: Machine) -> list[str]:
    reached = _reached(machine)
    before: dict[str, list[str]] = {name: [] for name in reached}
    for name in reached:
        for target in machine.states[name].successors:
            before[target].append(name)
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        way = " → ".join(reversed(error.args[1]))
        raise _Refused(f"it loops: {way}. Tasks of a DAG cannot run twice in one run.") from error


def _reached(machine: Machine) -> list[str]:
    """Return the states that can be reached from the first state. Other states never run."""
    found, todo = dict.fromkeys([machine.start_at]), [machine.start_at]
    while todo:
        for target in machine.states[todo.pop()].successors:
            if target not in found:
                found[target] = None
                todo.append(target)
    return list(found)


def _ids(names: list[str]) -> Iterator[str]:
    taken = {RESULT}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "state"
        number = 1
        chosen = plain
        while chosen in taken:
            number += 1
            chosen = f"{plain}_{number}"
        taken.add(chosen)
        yield chosen


def _step(state: State, name: str, *, in_map: bool, room: int) -> TaskStep:
    room -= len(name) + 1
    if room < 0:
        raise _Refused(f"the id of {state.name!r}, with those of the states around it, is longer than Airflow takes.")
    for problem in _problems(state, in_map=in_map):
        raise _Refused(f"{state.name!r}: {problem}")
    inner_room = room - len("branch_99.")
    return TaskStep(
        state=state.name,
        kind=state.kind,
        id=name,
        ways=tuple(_ways(state)),
        ends=state.next is None and not isinstance(state, (ChoiceState, FailState)),
        retries=sum(int(retrier.max_attempts) for retrier in state.retry),
        limit=int(state.max_concurrency) if isinstance(state, MapState) and is_integer(state.max_concurrency) else 0,
        inner=tuple(
            _shape(inner, in_map=in_map or isinstance(state, MapState), room=inner_room) for inner in state.inner
        ),
    )


def _problems(state: State, *, in_map: bool) -> Iterator[str]:
    if isinstance(state, (MapState, ParallelState)) and state.retry:
        yield f"Retry of a {state.kind}: a group of tasks cannot be run again within one run."
    if isinstance(state, MapState):
        yield from _map_problems(state, in_map=in_map)


def _map_problems(state: MapState, *, in_map: bool) -> Iterator[str]:
    if in_map:
        yield "a Map inside a Map: mapped tasks cannot be mapped again."
    if state.distributed or state.reader is not None:
        yield "a distributed Map: its iterations are executions of their own."
    if not is_integer(state.max_concurrency):
        yield "MaxConcurrency must be a number that stands in the definition."


def _ways(state: State) -> Iterator[Way]:
    labels: dict[str, list[str]] = {}
    if isinstance(state, ChoiceState):
        for rule in state.rules:
            labels.setdefault(rule.next, []).append(words(rule.test))
        if state.default is not None:
            labels.setdefault(state.default, []).append("otherwise")
    elif state.next is not None:
        labels.setdefault(state.next, [])
    for catcher in state.catch:
        labels.setdefault(catcher.next, []).append(f"on {', '.join(catcher.errors)}")
    for target, texts in labels.items():
        yield Way(target=target, label=" / ".join(texts))
