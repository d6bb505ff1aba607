"""Task graph of a state machine.

Each state is a task, Parallel and Map are task groups, choices and catchers are labelled edges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from airflow.sdk import BaseOperator, Label, TaskGroup, TriggerRule, task_group
from airflow.sdk.configuration import conf

from airflow_provider_media.core.statelang import Machine, State
from airflow_provider_media.core.statelang.definition.states import TaskState
from airflow_provider_media.core.statelang.native import Shape, TaskStep, branch_id
from airflow_provider_media.core.task_ids import EACH, ENTER, EXIT
from airflow_provider_media.factory.durable_machine import LOST_WORKERS
from airflow_provider_media.state_machines.native.group import EnterOperator, ExitOperator
from airflow_provider_media.state_machines.native.passing import ANY_INDEX, Place, inner_path, state_in
from airflow_provider_media.state_machines.native.state import COLOURS, StateOperator, WaitStateOperator
from airflow_provider_media.state_machines.native.task import TaskStateOperator
from airflow_provider_media.state_machines.resources.integrations import invoke, is_media
from airflow_provider_media.state_machines.resources.task_request import Invoke
from airflow_provider_media.state_machines.waits.waits import wait_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphContext:
    """Context shared by the states of one machine, branch or processor.

    :param connection: id of the connection whose rights the tasks have.
    :param first: id of the run's first task.
    :param prefix: prefix of ids, from the enclosing groups.
    :param group: id of the task that opens the enclosing group.
    :param path: path of the enclosing groups, as the language writes it in ids.
    :param limit: most concurrent instances of a task inside a Map.
    :param replaced_at: when another definition replaced this one.
    """

    machine: Machine
    definition: Mapping[str, Any]
    call: Invoke
    connection: str
    first: str
    prefix: str = ""
    group: str | None = None
    path: str = ""
    mapped: bool = False
    limit: int = 0
    replaced_at: datetime | None = None

    def inside(self, step: TaskStep, index: int | None) -> GraphContext:
        """Return the context of a branch, or of the processor of a Map."""
        place = Place(state=step.state, first=self.first, path=self.path)
        return GraphContext(
            machine=self.machine,
            definition=self.definition,
            call=self.call,
            connection=self.connection,
            first=self.first,
            prefix=f"{self.prefix}{step.id}.{EACH if index is None else branch_id(index)}.",
            group=f"{self.prefix}{step.id}.{ENTER}",
            path=inner_path(place, step.state, ANY_INDEX if index is None else index),
            mapped=self.mapped or index is None,
            limit=step.limit if index is None else self.limit,
        )


@dataclass(slots=True, kw_only=True)
class BuiltGraph:
    """Tasks of one machine, branch or processor.

    :param into: for each state, its first task.
    :param out: for each state, its last task.
    :param ends: ids of the tasks that can end the machine.
    :param last: tasks whose end is the end of everything inside.
    """

    into: dict[str, BaseOperator] = field(default_factory=dict)
    out: dict[str, BaseOperator] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    last: tuple[BaseOperator, ...] = ()

    @property
    def left(self) -> Sequence[BaseOperator]:
        """The tasks that push a transition or an error, each once."""
        return list({task.task_id: task for task in [*self.into.values(), *self.out.values()]}.values())


def build_graph(shape: Shape, around: GraphContext) -> BuiltGraph:
    """Make the tasks of a machine, branch or processor in the current DAG, and the edges between them."""
    built = BuiltGraph()
    for step in shape.steps:
        place = Place(
            state=step.state,
            first=around.first,
            before=tuple(_last_id(each, around.prefix) for each in shape.leading_to(step.state)),
            group=around.group if step.state == shape.start else None,
            path=around.path,
            mapped=around.mapped,
        )
        state = state_in(around.machine, step.state)
        built.into[step.state], built.out[step.state] = _tasks(step, state, place, around)
    for step in shape.steps:
        for way in step.ways:
            edge = Label(way.label) if way.label else None
            built.out[step.state].set_downstream(built.into[way.target], edge_modifier=edge)
    built.ends = tuple(built.out[step.state].task_id for step in shape.steps if step.ends)
    built.last = tuple(built.out[step.state] for step in shape.steps if step.last)
    return built


def _tasks(step: TaskStep, state: State, place: Place, around: GraphContext) -> tuple[BaseOperator, BaseOperator]:
    options = _options(step, state, place, around)
    if step.inner:
        return _group(step, place, around, options)
    if isinstance(state, TaskState):
        waits = wait_of if around.call is invoke else _nobody
        task: BaseOperator = TaskStateOperator(
            task_id=step.id, call=around.call, waits=waits, connection=around.connection, **options
        )
    else:
        task = (WaitStateOperator if step.kind == "Wait" else StateOperator)(task_id=step.id, **options)
    task.ui_color = COLOURS.get(step.kind, task.ui_color)
    return task, task


def _options(step: TaskStep, state: State, place: Place, around: GraphContext) -> dict[str, Any]:
    first = not place.before and place.group is None
    options: dict[str, Any] = {
        "place": place,
        "freezes": around.definition if first else None,
        "replaced_at": around.replaced_at if first else None,
        "doc_md": state.comment or None,
        # A first state has at most one upstream task, which opens its group. Any other state runs after one of several
        # upstream tasks.
        "trigger_rule": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS if place.before else TriggerRule.ALL_SUCCESS,
        "retries": step.retries + LOST_WORKERS,
    }
    if isinstance(state, TaskState) and is_media(state.resource.text):
        options["pool"] = conf.get("media", "pool")
    if around.limit:
        options["max_active_tis_per_dagrun"] = around.limit
    return options


def _group(
    step: TaskStep, place: Place, around: GraphContext, options: Mapping[str, Any]
) -> tuple[BaseOperator, BaseOperator]:
    with TaskGroup(group_id=step.id, tooltip=str(options["doc_md"] or "")):
        enter = EnterOperator(task_id=ENTER, **options)
        inner = (
            [_mapped(step, around, enter)]
            if step.kind == "Map"
            else [_branches(step, around, enter, index) for index in range(len(step.inner))]
        )
        closing = ExitOperator(
            task_id=EXIT,
            place=place,
            opened=enter.task_id,
            ends=tuple(each.ends for each in inner),
            inside=tuple(task.task_id for task in chain.from_iterable(each.left for each in inner)),
            mapped_inside=step.kind == "Map",
            # Tasks inside may have failed, and a catcher may handle the error.
            trigger_rule=TriggerRule.ALL_DONE,
        )
        enter >> closing
        for each in inner:
            for task in each.last:
                task >> closing
    return enter, closing


def _branches(step: TaskStep, around: GraphContext, enter: BaseOperator, index: int) -> BuiltGraph:
    with TaskGroup(group_id=branch_id(index)):
        built = build_graph(step.inner[index], around.inside(step, index))
    enter >> built.into[step.inner[index].start]
    return built


def _mapped(step: TaskStep, around: GraphContext, enter: EnterOperator) -> BuiltGraph:
    found: list[BuiltGraph] = []

    @task_group(group_id=EACH)
    def each(value: Any) -> None:  # noqa: ARG001  a group can only be mapped over what it takes
        found.append(build_graph(step.inner[0], around.inside(step, None)))

    each.expand(value=enter.output)
    enter >> found[0].into[step.inner[0].start]
    return found[0]


def first_task_id(step: TaskStep) -> str:
    """Return the id of a step's first task."""
    return f"{step.id}.{ENTER}" if step.inner else step.id


def _last_id(step: TaskStep, prefix: str) -> str:
    return f"{prefix}{step.id}.{EXIT}" if step.inner else f"{prefix}{step.id}"


def _nobody(_: str) -> None:
    """Return None: no resource waits."""
