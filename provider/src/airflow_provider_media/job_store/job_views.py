"""Job views: from the rows of Airflow's database to what a client sees of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.models import DagRun, TaskInstance
from airflow.models.xcom import XComModel
from sqlalchemy import Text, and_, cast, or_, select

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.run_states import (
    AWAITING,
    DONE_TASKS,
    ENDED_WITHOUT_SUCCESS,
    SUCCESS,
    UNFINISHED,
)
from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, JOB_STATE, PROGRESS, RETURN_VALUE
from airflow_provider_media.core.dag_ids import queue_of_dag
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.media.uri import file_name, redact
from airflow_provider_media.core.submission.admission import AT_ONCE
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.names import job_id_of_run
from airflow_provider_media.core.submission.progress import SHARES, TaskNow, job_progress
from airflow_provider_media.core.submission.views import JobProgress, JobView, Notice, duration_of, published
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.job_store.listed_rows import RunRow, TaskRow, loaded
from airflow_provider_media.job_store.queue_occupancy import is_alive, is_awaiting, is_holding, is_promised
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement

RunKey = tuple[str, str]
"""DAG id and run id."""
Holds = Callable[[JobView], Notice | None]
"""Function that says why a job does not go on although a slot may be free."""


class XComRow(NamedTuple):
    """An XCom as the database keeps it."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    key: str
    text: str | None
    """The value as JSON."""

    @property
    def value(self) -> Any:
        """The value that the task has pushed."""
        return XComModel.deserialize_value(SimpleNamespace(value=loaded(self.text)))


class TaskStateRow(NamedTuple):
    """The state of a task instance."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    state: str | None


def whole_view(run: DagRun, task: TaskInstance, *, position: int | None, hold: Holds, session: Session) -> JobView:
    """Return the view of a job with all its details."""
    outcome = JobOutcome.pulled(value(run.dag_id, run.run_id, SLOT_TASK, JOB_OUTCOME, session))
    view = view_of(run, task, outcome.state if outcome else None)
    work = workflow_dag_of(run)
    result = (
        value(work, run.run_id, PUBLISH, RETURN_VALUE, session) if work and view.state is JobState.SUCCEEDED else None
    )
    return replace(
        view,
        position=position if view.state is JobState.WAITING else None,
        hold=hold(view),
        progress=_progress(work, run.run_id, session) if work and view.state is JobState.RUNNING else None,
        duration=duration_of(view, media=(result or {}).get("duration")),
        errors=(outcome.errors if outcome else ()) or tuple(lost_errors(view)),
        **published(result or {}),
    )


def _progress(dag_id: str, run_id: str, session: Session) -> JobProgress:
    runs = [(dag_id, run_id)]
    progress = xcom_rows(runs, session, XComModel.key == PROGRESS)
    return job_progress(tasks_now(task_rows(runs, session), progress).get((dag_id, run_id), ()))


def view_of(run: DagRun | RunRow, task: TaskInstance | TaskRow, ended: str | None) -> JobView:
    """Return the view of a job as lists show it.

    :param ended: state in which its trigger found the job at the job's end.
    """
    facts, state = facts_of(run.conf), state_of(run, task, ended)
    account, priority = queue_of_dag(run.dag_id)
    return JobView(
        id=job_id_of_run(run.run_id),
        account=account,
        priority=priority,
        state=state,
        workflow=facts.workflow,
        source=redact(facts.source),
        file_name=file_name(facts.source),
        output=facts.output,
        # A run is made when its job is submitted.
        submitted_at=facts.submitted_at or run.run_after,
        started_at=task.start_date if state is not JobState.WAITING else None,
        ended_at=(task.end_date or run.end_date) if state.ended else None,
        video=facts.video,
        retries=run.clear_number,
    )


def state_of(run: DagRun | RunRow, task: TaskInstance | TaskRow, ended: str | None) -> JobState:
    """Return the state of a job from its run, its slot task, and the state found at its end."""
    state = None if task.state is None else str(task.state)
    if state == SUCCESS:
        return JobState.SUCCEEDED
    if state in ENDED_WITHOUT_SUCCESS:
        return JobState(ended) if ended else JobState.FAILED
    if str(run.state) not in UNFINISHED:
        return JobState.FAILED
    waiting = state is None or state in AWAITING
    return JobState.WAITING if waiting and (task.priority_weight or 0) < AT_ONCE else JobState.RUNNING


def is_in_state(state: JobState) -> ColumnElement[bool]:
    """Return the condition for the run and slot task of a job in a state: ``state_of`` for the database."""
    match state:
        case JobState.WAITING:
            return and_(is_alive, is_awaiting, ~is_promised)
        case JobState.RUNNING:
            return and_(is_alive, or_(is_holding, and_(is_awaiting, is_promised)))
        case JobState.SUCCEEDED:
            return TaskInstance.state == SUCCESS
        case JobState.FAILED:
            known = or_(*(_ended_as(other) for other in (JobState.CANCELLED, JobState.TIMED_OUT)))
            unfinished = and_(~is_alive, or_(is_awaiting, is_holding))
            return or_(unfinished, and_(TaskInstance.state.in_(ENDED_WITHOUT_SUCCESS), ~known))
        case _:
            return and_(TaskInstance.state.in_(ENDED_WITHOUT_SUCCESS), _ended_as(state))


def _ended_as(state: JobState) -> ColumnElement[bool]:
    pushed = select(XComModel.key).where(
        XComModel.dag_id == DagRun.dag_id,
        XComModel.run_id == DagRun.run_id,
        XComModel.task_id == SLOT_TASK,
        XComModel.key == JOB_STATE,
        # The value is a bare word, stored as JSON in one of two ways.
        cast(XComModel.value, Text).contains(state.value),
    )
    return pushed.exists()


def task_rows(runs: Sequence[RunKey], session: Session) -> tuple[TaskStateRow, ...]:
    """Return the states of tasks of runs in workflows' DAGs, in a fixed order.

    :param runs: DAG id and run id of each run.
    """
    if not runs:
        return ()
    columns = (TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id, TaskInstance.map_index)
    ours = (*_in_runs(TaskInstance, runs), TaskInstance.task_id.in_(SHARES))
    rows = session.execute(select(*columns, TaskInstance.state).where(*ours))
    return tuple(sorted(TaskStateRow(*row) for row in rows))


def tasks_now(tasks: Iterable[TaskStateRow], progress: Iterable[XComRow]) -> dict[RunKey, list[TaskNow]]:
    """Return the tasks of runs in workflows' DAGs, with their latest progress."""
    pushed = {row[:4]: row.value for row in progress}
    found: dict[RunKey, list[TaskNow]] = {}
    for row in tasks:
        is_running = row.state == "running"
        task = TaskNow(stage=row.task_id, done=row.state in DONE_TASKS, running=is_running, latest=pushed.get(row[:4]))
        found.setdefault((row.dag_id, row.run_id), []).append(task)
    return found


def texts(runs: Iterable[DagRun], key: str, session: Session) -> dict[RunKey, str]:
    """Return the XComs that the slot tasks of runs have pushed under a key, by DAG and run."""
    found = values([(run.dag_id, run.run_id) for run in runs], SLOT_TASK, key, session)
    return {run: str(pushed) for run, pushed in found.items()}


def values(runs: Sequence[RunKey], task_id: str, key: str, session: Session) -> dict[RunKey, Any]:
    """Return the XComs that one task of each run has pushed under a key, by DAG and run."""
    return by_run(xcom_rows(runs, session, XComModel.key == key, XComModel.task_id == task_id))


def by_run(rows: Iterable[XComRow]) -> dict[RunKey, Any]:
    """Return the values of XComs by DAG and run, where each run has pushed one."""
    return {(row.dag_id, row.run_id): row.value for row in rows}


def value(dag_id: str, run_id: str, task_id: str, key: str, session: Session) -> Any:
    """Return the XCom that a task has pushed under a key, or None when it has not."""
    return values([(dag_id, run_id)], task_id, key, session).get((dag_id, run_id))


def mapped_values(run: RunKey, task_ids: Sequence[str], key: str, session: Session) -> dict[tuple[str, int], Any]:
    """Return the XComs that tasks of one run have pushed under a key, by task and map index."""
    rows = xcom_rows([run], session, XComModel.key == key, XComModel.task_id.in_(task_ids))
    return {(row.task_id, row.map_index): row.value for row in rows}


def xcom_rows(runs: Sequence[RunKey], session: Session, *wanted: ColumnElement[bool]) -> tuple[XComRow, ...]:
    """Return the XComs of runs that meet conditions, in a fixed order."""
    if not runs:
        return ()
    columns = (XComModel.dag_id, XComModel.run_id, XComModel.task_id, XComModel.map_index, XComModel.key)
    query = select(*columns, cast(XComModel.value, Text)).where(*_in_runs(XComModel, runs), *wanted)
    return tuple(sorted(XComRow(*row) for row in session.execute(query)))


def _in_runs(model: Any, runs: Sequence[RunKey]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for rows of some runs. They also allow a run id in another of the DAGs."""
    return model.dag_id.in_({dag_id for dag_id, _ in runs}), model.run_id.in_({run_id for _, run_id in runs})


def lost_errors(view: JobView) -> list[dict[str, Any]]:
    """Return the errors of a job whose slot task has left none; empty unless the job has failed."""
    if view.state is not JobState.FAILED:
        return []
    return [
        {"code": "job_lost", "message": f"Its run in the queue has failed; the log of its task {SLOT_TASK!r} says why."}
    ]
