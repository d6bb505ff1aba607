"""A state machine as a DAG: each state one task, Parallel and Map task groups, choices and catchers labelled edges.

A machine that cannot be one becomes a DAG with one task that drives it; see :mod:`durable_machine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, BaseOperator, Label, TaskGroup, TriggerRule, task_group
from airflow.sdk.configuration import conf

from airflow_provider_media.core.statelang import Machine, State, parse
from airflow_provider_media.core.statelang.native import (
    EACH,
    ENTER,
    EXIT,
    RESULT,
    NativePlan,
    Refusal,
    Shape,
    Step,
    branch_id,
    shape_of,
)
from airflow_provider_media.core.statelang.states import TaskState
from airflow_provider_media.core.workflows.machines import MachineSettings
from airflow_provider_media.factory.durable_machine import LOST_WORKERS, common, documentation, durable_dag
from airflow_provider_media.factory.express_machine import express_dag
from airflow_provider_media.factory.schedules import timetable
from airflow_provider_media.hooks.machines import PREFIX
from airflow_provider_media.operators.states.group import EnterOperator, ExitOperator
from airflow_provider_media.operators.states.integrations import invoke, is_media
from airflow_provider_media.operators.states.passing import ANY_INDEX, Place, inner_path, state_in
from airflow_provider_media.operators.states.result import MachineResultOperator
from airflow_provider_media.operators.states.state import COLOURS, DefinedRetryPolicy, StateOperator, WaitStateOperator
from airflow_provider_media.operators.states.task import TaskStateOperator
from airflow_provider_media.operators.states.waiting.kinds import wait_of
from airflow_provider_media.operators.states.work import Invoke

STANDARD = MachineSettings()
"""What holds for a machine with nothing beside it."""
NATIVE = "Each state is a task: the machine has no way back, no Map inside a Map, and no Retry of a group."


def state_machine_dag(
    name: str,
    definition: Mapping[str, Any],
    *,
    call: Invoke = invoke,
    durable: bool = False,
    how: MachineSettings = STANDARD,
    since: datetime | None = None,
) -> DAG:
    """The DAG of a state machine.

    :param name: its name.
    :param definition: its JSON; each run keeps the one that it began with.
    :param call: does the work of tasks. Another than that of this package stands in for all of it, for tests: what it gives back is the
        task's result, for the answers to tokens and the ends of what ``.sync`` waits for as well.
    :param durable: whether one task is to drive it although a graph of tasks could.
    :param how: what stands beside the machine.
    :param since: when that appeared; a schedule says nothing about the time before.
    """
    machine = parse(definition)
    if how.type == "express":
        return express_dag(PREFIX + name, machine, definition, call=call, how=how, since=since)
    plan = Refusal(reason="it was asked for.") if durable else shape_of(machine)
    if isinstance(plan, Refusal):
        return durable_dag(PREFIX + name, machine, definition, reason=plan.reason, call=call, how=how, since=since)
    return _native_dag(PREFIX + name, machine, definition, plan, call=call, how=how, since=since)


def _native_dag(
    dag_id: str,
    machine: Machine,
    definition: Mapping[str, Any],
    plan: NativePlan,
    *,
    call: Invoke,
    how: MachineSettings,
    since: datetime | None,
) -> DAG:
    with DAG(
        dag_id=dag_id,
        doc_md=documentation(machine, NATIVE),
        dagrun_timeout=timedelta(seconds=machine.timeout_seconds) if machine.timeout_seconds else None,
        default_args={
            "retries": LOST_WORKERS,
            "retry_delay": timedelta(seconds=10),
            "retry_policy": DefinedRetryPolicy(),
            "weight_rule": "absolute",
        },
        schedule=timetable(how.schedule, how.timezone),
        **common(machine, how, since),
    ) as dag:
        start = next(step for step in plan.shape.steps if step.state == plan.shape.start)
        around = _Around(machine=machine, definition=definition, call=call, connection=how.connection, first=_first_id(start))
        built = _graph(plan.shape, around)
        result = MachineResultOperator(
            task_id=RESULT, ends=built.ends, all_tasks=tuple(each.task_id for each in built.left), trigger_rule=TriggerRule.ALL_DONE
        )
        for task in built.last:
            task >> result
    return dag


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What holds for the states of one machine, branch or processor.

    :param connection: id of the connection with whose rights tasks work.
    :param first: id of the run's first task.
    :param prefix: of ids, of the groups around.
    :param group: id of the task that opens the group around.
    :param path: of the groups around, as it stands in ids of the language.
    :param limit: instances of a task at the same time, inside a Map.
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

    def inside(self, step: Step, index: int | None) -> _Around:
        """The same for a branch, or for the processor of a Map."""
        place = Place(state=step.state, first=self.first, path=self.path)
        return _Around(
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
class _Built:
    """The tasks of one machine, branch or processor.

    :param into: by state, the task that it begins with.
    :param out: by state, the task that it ends with.
    :param ends: ids of the tasks with which the machine can end.
    :param last: tasks after which nothing is left to be waited for.
    """

    into: dict[str, BaseOperator] = field(default_factory=dict)
    out: dict[str, BaseOperator] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    last: tuple[BaseOperator, ...] = ()

    @property
    def left(self) -> Sequence[BaseOperator]:
        """The tasks that leave a transition or an error, each once."""
        return list({task.task_id: task for task in [*self.into.values(), *self.out.values()]}.values())


def _graph(shape: Shape, around: _Around) -> _Built:
    built = _Built()
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


def _tasks(step: Step, state: State, place: Place, around: _Around) -> tuple[BaseOperator, BaseOperator]:
    options = _options(step, state, place, around)
    if step.inner:
        return _group(step, place, around, options)
    if isinstance(state, TaskState):
        waits = wait_of if around.call is invoke else _nobody
        task: BaseOperator = TaskStateOperator(task_id=step.id, call=around.call, waits=waits, connection=around.connection, **options)
    else:
        task = (WaitStateOperator if step.kind == "Wait" else StateOperator)(task_id=step.id, **options)
    task.ui_color = COLOURS.get(step.kind, task.ui_color)
    return task, task


def _options(step: Step, state: State, place: Place, around: _Around) -> dict[str, Any]:
    first = not place.before and place.group is None
    options: dict[str, Any] = {
        "place": place,
        "freezes": around.definition if first else None,
        "doc_md": state.comment or None,
        # A first state has at most the task before it that opens its group; any other runs where the run came from one of several.
        "trigger_rule": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS if place.before else TriggerRule.ALL_SUCCESS,
        "retries": step.retries + LOST_WORKERS,
    }
    if isinstance(state, TaskState) and is_media(state.resource.text):
        options["pool"] = conf.get("media", "pool")
    if around.limit:
        options["max_active_tis_per_dagrun"] = around.limit
    return options


def _group(step: Step, place: Place, around: _Around, options: Mapping[str, Any]) -> tuple[BaseOperator, BaseOperator]:
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
            inside=tuple(task.task_id for each in inner for task in each.left),
            mapped_inside=step.kind == "Map",
            # What is inside may have failed, and a catcher may know what to do.
            trigger_rule=TriggerRule.ALL_DONE,
        )
        enter >> closing
        for each in inner:
            for task in each.last:
                task >> closing
    return enter, closing


def _branches(step: Step, around: _Around, enter: BaseOperator, index: int) -> _Built:
    with TaskGroup(group_id=branch_id(index)):
        built = _graph(step.inner[index], around.inside(step, index))
    enter >> built.into[step.inner[index].start]
    return built


def _mapped(step: Step, around: _Around, enter: EnterOperator) -> _Built:
    found: list[_Built] = []

    @task_group(group_id=EACH)
    def each(value: Any) -> None:  # noqa: ARG001  a group can only be mapped over what it takes
        found.append(_graph(step.inner[0], around.inside(step, None)))

    each.expand(value=enter.output)
    enter >> found[0].into[step.inner[0].start]
    return found[0]


def _first_id(step: Step) -> str:
    return f"{step.id}.{ENTER}" if step.inner else step.id


def _last_id(step: Step, prefix: str) -> str:
    return f"{prefix}{step.id}.{EXIT}" if step.inner else f"{prefix}{step.id}"


def _nobody(_: str) -> None:
    """Nobody is waited for."""
