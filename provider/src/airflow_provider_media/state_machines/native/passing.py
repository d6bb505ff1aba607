"""Data passed from state to state: input, variables and item, and where a task finds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from airflow_provider_media.airflow_contract.xcom import DEFINITION, ERROR, GROUP_INPUTS, TRANSITION
from airflow_provider_media.core.statelang import Machine, Start, State, StateError, View, parse
from airflow_provider_media.core.statelang.engine.effects import quoted
from airflow_provider_media.core.statelang.engine.one_state import view_of
from airflow_provider_media.core.statelang.engine.steps import Transition

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

ANY_INDEX = "*"
"""Placeholder in a path for the index of a mapped task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Place of a task in the graph.

    :param state: name of the state.
    :param before: ids of the tasks with an edge to this task.
    :param group: id of the task that opens the enclosing group, for the first states inside; ``None`` elsewhere.
    :param path: path of the enclosing groups, as the language writes it in ids.
    :param mapped: whether the task is inside a Map.
    :param first: id of the task that freezes the run's definition.
    """

    state: str
    first: str
    before: tuple[str, ...] = ()
    group: str | None = None
    path: str = ""
    mapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The data that a state receives.

    :param value: raw input of the state.
    :param variables: workflow variables by name.
    :param item: ``Map.Item`` of the context object.
    """

    value: Any
    variables: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the parcel as JSON."""
        return {"value": self.value, "variables": dict(self.variables), "item": self.item}


def pulled(context: Context, task: str, key: str, index: int | None = None) -> Any:
    """Return the XCom that a task has pushed under a key; ``None`` without one.

    :param index: index of a mapped task.
    """
    return context["ti"].xcom_pull(task_ids=task, key=key, map_indexes=-1 if index is None else index)


def arrived(context: Context, place: Place) -> Parcel | None:
    """Return the parcel for the state at a place; ``None`` where the run did not reach this place."""
    index = context["ti"].map_index if place.mapped else None
    if place.group is not None:
        return _from_group(context, place, index)
    if not place.before:
        return Parcel(value=context["dag_run"].conf or {})
    for task in place.before:
        pushed = pulled(context, task, TRANSITION, index)
        if pushed and pushed["next"] == place.state:
            return Parcel(**pushed["parcel"])
    return None


def _from_group(context: Context, place: Place, index: int | None) -> Parcel | None:
    assert place.group is not None  # the caller has seen to it
    pushed = pulled(context, place.group, GROUP_INPUTS) or (
        pulled(context, place.group, GROUP_INPUTS, index) if index is not None else None
    )
    if pushed is None:
        return None
    return Parcel(**(pushed["iterations"][index] if "iterations" in pushed else pushed["branch"]))


def send(context: Context, parcel: Parcel, transition: Transition) -> Any:
    """Leave a state: push its transition and its parcel, and return the output for people to see."""
    after = Parcel(value=transition.output, variables={**parcel.variables, **transition.assigned}, item=parcel.item)
    context["ti"].xcom_push(key=TRANSITION, value={"next": transition.next, "parcel": after.to_json()})
    return transition.output


def machine_of(context: Context, place: Place) -> Machine:
    """Return the machine as it was when the run began."""
    return parse(pulled(context, place.first, DEFINITION))


def state_in(machine: Machine, name: str) -> State:
    """Return a state by its name, which is unique in the whole definition."""
    return next(state for _, state in machine.walk() if state.name == name)


def start_of_run(context: Context) -> Start:
    """Return the journal's head, built from the run."""
    run = context["dag_run"]
    name, machine = run.run_id, run.dag_id
    began = run.start_date or run.run_after
    execution, arn = f"{machine}:{name}", "arn:aws:states:airflow:000000000000"
    return Start(
        at=began,
        input=run.conf or {},
        name=name,
        machine=machine,
        execution_id=f"{arn}:execution:{execution}",
        machine_id=f"{arn}:stateMachine:{machine}",
    )


def view_in(
    context: Context, place: Place, state: State, parcel: Parcel, *, at: datetime, used: tuple[int, ...] = ()
) -> View:
    """Return the view that a state's expressions evaluate against."""
    path = place.path.replace(ANY_INDEX, str(context["ti"].map_index)) if place.mapped else place.path
    start = replace(start_of_run(context), redrives=context["dag_run"].clear_number or 0)
    return view_of(
        start, state, parcel.value, at=at, variables=parcel.variables, used=used, item=parcel.item, path=path
    )


def fail_with(context: Context, error: StateError, at: datetime) -> None:
    """Push the error that a state fails with, for the task that closes its group or ends the machine."""
    context["ti"].xcom_push(key=ERROR, value={"Error": error.error, "Cause": error.cause, "at": at.isoformat()})


def inner_path(place: Place, state: str, index: int | str) -> str:
    """Return the path of a branch or an iteration."""
    return f"{place.path}/{quoted(state)}[{index}]"


def errors_left(context: Context, tasks: tuple[str, ...], indexes: tuple[int | None, ...]) -> Iterator[dict[str, Any]]:
    """Yield the errors that tasks have pushed."""
    for index in indexes:
        for task in tasks:
            pushed = pulled(context, task, ERROR, index)
            if pushed:
                yield pushed
