"""Execution history: each visit of a state, read from Airflow's database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.models.task_state_store import TaskStateStoreModel
from airflow.models.xcom import XComModel
from sqlalchemy import select

from airflow_provider_media.airflow_contract import run_states
from airflow_provider_media.airflow_contract.xcom import DEFINITION, ERROR, STATE_INPUT, TRANSITION
from airflow_provider_media.core.statelang import Machine, State, parse
from airflow_provider_media.core.statelang.drawing import svg
from airflow_provider_media.core.statelang.durable import Journal, progress_of
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.engine.visit_events import events_of
from airflow_provider_media.core.statelang.engine.visits import (
    ABORTED,
    CAUGHT,
    FAILED,
    RUNNING,
    SUCCEEDED,
    ExecutionHistory,
    StateVisit,
    maps_around,
    standing,
    visits_of,
)
from airflow_provider_media.core.statelang.native import NativePlan, shape_of
from airflow_provider_media.core.statelang.service import ExecutionView
from airflow_provider_media.core.task_ids import ENTER, EXIT, RESULT
from airflow_provider_media.job_store.dag_runs import tasks_of
from airflow_provider_media.job_store.errors import ExecutionUnknown
from airflow_provider_media.job_store.executions import view_of

if TYPE_CHECKING:
    from airflow.models import DagRun, TaskInstance
    from sqlalchemy.orm import Session

VISITED = {run_states.SUCCESS: SUCCEEDED, run_states.FAILED: FAILED} | dict.fromkeys(run_states.BEGUN, RUNNING)
"""Status of a state by the state of its task. With any other task state, the state was not visited."""


def history_of(run: DagRun, session: Session) -> ExecutionHistory:
    """Return the history of an execution.

    :raises ExecutionUnknown: when the execution has not begun.
    """
    execution = view_of(run, session)
    journal = Journal(_Rows(_journal_rows(run, session)))
    if journal.head is not None:
        return _durable(execution, progress_of(journal.head, journal.records).run)
    return _native(execution, run, session)


class _Rows(dict[str, Any]):
    """The rows of a journal as a store, for reading only."""

    set = dict.__setitem__
    delete = dict.__delitem__


def _journal_rows(run: DagRun, session: Session) -> dict[str, Any]:
    rows = session.execute(
        select(TaskStateStoreModel.key, TaskStateStoreModel.value).where(
            TaskStateStoreModel.dag_run_id == run.id, TaskStateStoreModel.task_id == RESULT
        )
    )
    return {key: json.loads(value) for key, value in rows}


def _durable(execution: ExecutionView, seen: JournaledExecution) -> ExecutionHistory:
    maps = maps_around(seen.machine)
    visits = tuple(replace(visit, task=RESULT, maps=maps[visit.state]) for visit in visits_of(seen))
    return ExecutionHistory(
        execution=replace(execution, started_at=seen.start.at, input=seen.start.input),
        picture=svg(seen.machine, standing(visits)),
        redrives=seen.start.redrives,
        visits=visits,
        events=tuple(event.to_json() for event in seen.events),
    )


def _native(execution: ExecutionView, run: DagRun, session: Session) -> ExecutionHistory:
    xcoms = _xcoms(run, session)
    definition = next((value for (_, _, key), value in xcoms.items() if key == DEFINITION), None)
    if definition is None:
        raise ExecutionUnknown(f"The execution {execution.name} of {execution.machine} has not begun yet.")
    parsed = parse(definition)
    cut_short = execution.status in {"ABORTED", "TIMED_OUT"}
    found = _native_visits(parsed, tasks_of(run, session), xcoms, cut_short=cut_short)
    maps = maps_around(parsed)
    placed = (replace(visit, maps=maps[visit.state]) for visit in found)
    visits = tuple(sorted(placed, key=lambda visit: visit.entered))
    return ExecutionHistory(
        execution=execution,
        picture=svg(parsed, standing(visits)),
        redrives=run.clear_number,
        visits=visits,
        events=tuple(event.to_json() for event in events_of(parsed, execution, visits)),
    )


_Xcoms = Mapping[tuple[str, int, str], Any]


def _xcoms(run: DagRun, session: Session) -> _Xcoms:
    rows = session.scalars(select(XComModel).where(XComModel.dag_id == run.dag_id, XComModel.run_id == run.run_id))
    return {(row.task_id, row.map_index, row.key): XComModel.deserialize_value(row) for row in rows}


def _native_visits(
    machine: Machine, tasks: Iterable[TaskInstance], xcoms: _Xcoms, *, cut_short: bool
) -> Iterator[StateVisit]:
    plan = shape_of(machine)
    if not isinstance(plan, NativePlan):
        return
    states = {state.name: state for _, state in machine.walk()}
    ends = {f"{name}.{EXIT}" if step.inner else name: (step, name) for step, name in plan.shape.tasks()}
    by_id = {(task.task_id, task.map_index): task for task in tasks}
    for (task_id, index), task in by_id.items():
        if task_id in ends:
            step, name = ends[task_id]
            first = by_id.get((f"{name}.{ENTER}", index), task) if step.inner else task
            visit = _native_visit(states[step.state], first, task, xcoms, cut_short=cut_short)
            if visit is not None:
                yield visit


def _native_visit(
    state: State, first: TaskInstance, last: TaskInstance, xcoms: _Xcoms, *, cut_short: bool
) -> StateVisit | None:
    left = xcoms.get((last.task_id, last.map_index, TRANSITION)) or {}
    error = xcoms.get((last.task_id, last.map_index, ERROR)) or {}
    # The last task of a group has its input only once everything inside has ended.
    inputs = [xcoms[key] for task in (last, first) if (key := (task.task_id, task.map_index, STATE_INPUT)) in xcoms]
    status = _native_status(first, last, was_entered=bool(inputs))
    if status is None or first.start_date is None:
        return None
    if status == SUCCEEDED and left.get("next") in {catcher.next for catcher in state.catch} - {state.next}:
        status = CAUGHT
    if cut_short and not error and status in {RUNNING, FAILED}:
        status = ABORTED
    has_exited = status in {SUCCEEDED, CAUGHT}
    return StateVisit(
        state=state.name,
        kind=state.kind,
        status=status,
        entered=first.start_date,
        exited=last.end_date if has_exited else None,
        ended=last.end_date if has_exited or status in {FAILED, ABORTED} else None,
        input=inputs[0] if inputs else None,
        output=left.get("parcel", {}).get("value"),
        error=error.get("Error"),
        cause=error.get("Cause"),
        place=f"[{last.map_index}]" if last.map_index >= 0 else "",
        variables=left.get("parcel", {}).get("variables") or {},
        task=last.task_id,
        map_index=last.map_index if last.map_index >= 0 else None,
    )


def _native_status(first: TaskInstance, last: TaskInstance, *, was_entered: bool) -> str | None:
    """Return the status of a state by its tasks; ``None`` when the run did not come to the state."""
    if str(last.state) in VISITED:
        return VISITED[str(last.state)]
    if str(last.state) == run_states.SKIPPED and was_entered:
        # The end of its run has skipped a task that waited. A state that is not reached skips itself without an input.
        return ABORTED
    is_inside = first is not last and VISITED.get(str(first.state)) == SUCCEEDED
    return RUNNING if is_inside else None
