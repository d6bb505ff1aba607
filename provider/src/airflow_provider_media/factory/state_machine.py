"""A state machine as a DAG.

Each state is a task, Parallel and Map are task groups, choices and catchers are labelled edges. A machine that no graph
of tasks can express becomes a DAG with one task that drives it; see :mod:`durable_machine`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, BaseOperator, TriggerRule

from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.statelang import Machine, parse
from airflow_provider_media.core.statelang.native import NativePlan, Refusal, shape_of
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.core.workflows.machine_options import MachineSettings
from airflow_provider_media.factory.durable_machine import (
    LOST_WORKERS,
    common,
    documentation,
    durable_dag,
    execution_arguments,
)
from airflow_provider_media.factory.express_machine import express_dag
from airflow_provider_media.factory.schedules import timetable
from airflow_provider_media.factory.state_graph import BuiltGraph, GraphContext, build_graph, first_task_id
from airflow_provider_media.state_machines.native.replaced import ReplacedResultOperator
from airflow_provider_media.state_machines.native.result import MachineResultOperator
from airflow_provider_media.state_machines.native.state import DefinedRetryPolicy
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.task_request import Invoke

STANDARD = MachineSettings()
"""Settings of a machine without a file beside it."""
REPLACED = (
    "Executions of an earlier content of its file have not ended: they go on with that, and one task drives each that"
    " was started since."
)
NATIVE = "Each state is a task: the machine has no way back, no Map inside a Map, and no Retry of a group."


def state_machine_dag(
    name: str,
    definition: Mapping[str, Any],
    *,
    machine: Machine | None = None,
    call: Invoke = invoke,
    durable: bool = False,
    how: MachineSettings = STANDARD,
    since: datetime | None = None,
) -> DAG:
    """Return the DAG of a state machine.

    :param name: name of the state machine.
    :param definition: its definition as JSON; each run keeps the definition that it began with.
    :param machine: the parsed definition; parsed here when absent.
    :param call: invokes the resources of tasks. Another function than this package's own replaces all work, for tests.
        Its return value is the task's result, also for callbacks and for ``.sync``.
    :param durable: whether one task drives the machine although a graph of tasks could express it.
    :param how: settings from the file beside the machine.
    :param since: when that file appeared; a schedule does not apply to earlier times.
    """
    machine = machine or parse(definition)
    if how.type == "express":
        return express_dag(machine_dag_id(name), machine, definition, call=call, how=how, since=since)
    plan = Refusal(reason="it was asked for.") if durable else shape_of(machine)
    if isinstance(plan, Refusal):
        return durable_dag(
            machine_dag_id(name), machine, definition, reason=plan.reason, call=call, how=how, since=since
        )
    return _native_dag(machine_dag_id(name), machine, definition, plan, call=call, how=how, since=since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A definition that has replaced another one, which still has unfinished executions.

    :param definition: the new definition as JSON.
    :param how: present settings from the file beside the machine.
    :param at: when the new definition was first found; runs that started at or after this time have it.
    """

    definition: Mapping[str, Any]
    how: MachineSettings
    at: datetime


def replaced_machine_dag(
    name: str,
    earlier: Mapping[str, Any],
    how: MachineSettings,
    replacement: Replacement,
    *,
    call: Invoke = invoke,
    since: datetime,
) -> DAG:
    """Return the DAG of a replaced state machine while executions of its earlier definition are unfinished.

    The tasks of the DAG are those of the earlier definition. One task drives each execution of the present definition.

    :param earlier: the earlier definition as JSON.
    :param how: earlier settings from the file beside the machine.
    :param since: when the present file beside the machine appeared.
    """
    machine = parse(earlier)
    plan = shape_of(machine)
    if isinstance(plan, Refusal) or how.type == "express":
        present = parse(replacement.definition)
        return durable_dag(
            machine_dag_id(name),
            present,
            replacement.definition,
            reason=REPLACED,
            call=call,
            how=replacement.how,
            since=since,
        )
    return _native_dag(
        machine_dag_id(name), machine, earlier, plan, call=call, how=how, since=since, replacement=replacement
    )


def _native_dag(
    dag_id: str,
    machine: Machine,
    definition: Mapping[str, Any],
    plan: NativePlan,
    *,
    call: Invoke,
    how: MachineSettings,
    since: datetime | None,
    replacement: Replacement | None = None,
) -> DAG:
    present = replacement.how if replacement else how
    with DAG(
        dag_id=dag_id,
        doc_md=documentation(machine, f"{NATIVE} {REPLACED}" if replacement else NATIVE),
        dagrun_timeout=timedelta(seconds=seconds) if (seconds := _run_seconds(machine, replacement)) else None,
        default_args={
            "retries": LOST_WORKERS,
            "retry_delay": timedelta(seconds=10),
            "retry_policy": DefinedRetryPolicy(),
            "weight_rule": "absolute",
        },
        schedule=timetable(present.schedule, present.timezone),
        **common(machine, present, since),
    ) as dag:
        start = next(step for step in plan.shape.steps if step.state == plan.shape.start)
        around = GraphContext(
            machine=machine,
            definition=definition,
            call=call,
            connection=how.connection,
            first=first_task_id(start),
            replaced_at=replacement.at if replacement else None,
        )
        built = build_graph(plan.shape, around)
        result = _result(built, call, replacement)
        for task in built.last:
            task >> result
    return dag


def _run_seconds(machine: Machine, replacement: Replacement | None) -> float | None:
    """Return the seconds after which Airflow ends a run; a task that drives an execution measures them itself."""
    if replacement is None:
        return machine.timeout_seconds
    present = parse(replacement.definition).timeout_seconds
    return max(machine.timeout_seconds, present) if machine.timeout_seconds and present else None


def _result(built: BuiltGraph, call: Invoke, replacement: Replacement | None) -> BaseOperator:
    ends: dict[str, Any] = {
        "ends": built.ends,
        "all_tasks": tuple(each.task_id for each in built.left),
        "trigger_rule": TriggerRule.ALL_DONE,
    }
    if replacement is None:
        return MachineResultOperator(task_id=RESULT, **ends)
    drive = execution_arguments(replacement.definition, call, replacement.how)
    return ReplacedResultOperator(replaced_at=replacement.at, retry_policy=None, **drive, **ends)
