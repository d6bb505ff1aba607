"""Job views: from the rows of Airflow's database to what a client sees of a job."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.models.xcom import XComModel
from sqlalchemy import Text, and_, cast, or_, select

from airflow_provider_media.core.ingest.admission import AT_ONCE
from airflow_provider_media.core.ingest.conf_facts import facts_of
from airflow_provider_media.core.ingest.names import SLOT_TASK, job_id_of_run, queue_of_dag
from airflow_provider_media.core.ingest.progress import SHARES, TaskNow, job_progress
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.ingest.views import JobView, Notice, published
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.hooks.runs import UNFINISHED
from airflow_provider_media.job_store.queue_occupancy import AWAITING, is_alive, is_awaiting, is_holding, is_promised
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement

Holds = Callable[[JobView], Notice | None]
"""Function that says why a job does not go on although a slot may be free."""
STATE, OUTCOME, PROGRESS, RESULT = "state", "outcome", "progress", "return_value"
"""XCom keys: of the slot task (state and outcome), of running tasks (progress), of the publish task (return value)."""
DONE = ("success", "skipped")


def whole_view(run: DagRun, task: TaskInstance, *, position: int | None, hold: Holds, session: Session) -> JobView:
    """Return the view of a job with all its details."""
    outcome = value(run.dag_id, run.run_id, SLOT_TASK, OUTCOME, session) or {}
    view = view_of(run, task, outcome.get("state"))
    work = workflow_dag_of(run)
    result = value(work, run.run_id, "publish", RESULT, session) if work and view.state is JobState.SUCCEEDED else None
    return replace(
        view,
        position=position if view.state is JobState.WAITING else None,
        hold=hold(view),
        progress=job_progress(tasks_now(work, run.run_id, session)) if work and view.state is JobState.RUNNING else None,
        errors=tuple(outcome.get("errors") or _lost(view)),
        **published(result or {}),
    )


def view_of(run: DagRun, task: TaskInstance, ended: str | None) -> JobView:
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
        output=facts.output,
        # A run is made when its job is submitted.
        submitted_at=facts.submitted_at or run.run_after,
        started_at=task.start_date if state is not JobState.WAITING else None,
        ended_at=(task.end_date or run.end_date) if state.ended else None,
        video=facts.video,
        retries=run.clear_number,
    )


def state_of(run: DagRun, task: TaskInstance, ended: str | None) -> JobState:
    """Return the state of a job from its run, its slot task, and the state found at its end."""
    state = None if task.state is None else str(task.state)
    if state == "success":
        return JobState.SUCCEEDED
    if state is not None and state in {"skipped", "failed", "upstream_failed", "removed"}:
        return JobState(ended) if ended else JobState.FAILED
    if str(run.state) not in UNFINISHED:
        return JobState.FAILED
    waiting = state is None or state in AWAITING
    return JobState.WAITING if waiting and not task.priority_weight >= AT_ONCE else JobState.RUNNING


def is_in_state(state: JobState) -> ColumnElement[bool]:
    """Return the condition for the run and slot task of a job in a state: ``state_of`` for the database."""
    match state:
        case JobState.WAITING:
            return and_(is_alive, is_awaiting, ~is_promised)
        case JobState.RUNNING:
            return and_(is_alive, or_(is_holding, and_(is_awaiting, is_promised)))
        case JobState.SUCCEEDED:
            return TaskInstance.state == "success"
        case JobState.FAILED:
            known = or_(*(_ended_as(other) for other in (JobState.CANCELLED, JobState.TIMED_OUT)))
            unfinished = and_(~is_alive, or_(is_awaiting, is_holding))
            return or_(unfinished, and_(TaskInstance.state.in_(("skipped", "failed", "upstream_failed", "removed")), ~known))
        case _:
            return and_(TaskInstance.state.in_(("skipped", "failed")), _ended_as(state))


def _ended_as(state: JobState) -> ColumnElement[bool]:
    pushed = select(XComModel.key).where(
        XComModel.dag_id == DagRun.dag_id,
        XComModel.run_id == DagRun.run_id,
        XComModel.task_id == SLOT_TASK,
        XComModel.key == STATE,
        # The value is a bare word, stored as JSON in one of two ways.
        cast(XComModel.value, Text).contains(state.value),
    )
    return pushed.exists()


def tasks_now(dag_id: str, run_id: str, session: Session) -> list[TaskNow]:
    """Return the tasks of a job's run in its workflow's DAG, with their latest progress."""
    pushed = {(row.task_id, row.map_index): XComModel.deserialize_value(row) for row in session.scalars(_xcoms(dag_id, [run_id], PROGRESS))}
    tasks = session.execute(
        select(TaskInstance.task_id, TaskInstance.map_index, TaskInstance.state).where(
            TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id.in_(SHARES)
        )
    )
    return [
        TaskNow(stage=task_id, done=state in DONE, running=state == "running", latest=pushed.get((task_id, index)))
        for task_id, index, state in tasks
    ]


def texts(runs: Iterable[DagRun], key: str, session: Session) -> dict[tuple[str, str], str]:
    """Return the XComs that the slot tasks of runs have pushed under a key, by DAG and run."""
    by_dag: dict[str, list[str]] = {}
    for run in runs:
        by_dag.setdefault(run.dag_id, []).append(run.run_id)
    rows = (row for dag_id, ids in by_dag.items() for row in session.scalars(_xcoms(dag_id, ids, key)))
    return {(row.dag_id, row.run_id): str(XComModel.deserialize_value(row)) for row in rows}


def value(dag_id: str, run_id: str, task_id: str, key: str, session: Session) -> Any:
    """Return the XCom that a task has pushed under a key, or None when it has not."""
    row = session.scalars(_xcoms(dag_id, [run_id], key).where(XComModel.task_id == task_id)).first()
    return None if row is None else XComModel.deserialize_value(row)


def _xcoms(dag_id: str, run_ids: list[str], key: str) -> Any:
    return select(XComModel).where(XComModel.dag_id == dag_id, XComModel.run_id.in_(run_ids), XComModel.key == key)


def _lost(view: JobView) -> list[dict[str, Any]]:
    if view.state is not JobState.FAILED:
        return []
    return [{"code": "job_lost", "message": f"Its run in the queue has failed; the log of its task {SLOT_TASK!r} says why."}]
