"""Executions of state machines as runs of their DAGs: start, find and stop an execution by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from airflow.models import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from airflow_provider_media.airflow_contract.run_states import UNFINISHED
from airflow_provider_media.airflow_contract.xcom import ERROR, RETURN_VALUE, STOPPED
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.dag_ids import machine_dag_id, machine_of_dag
from airflow_provider_media.core.statelang.service import ExecutionView, Started, Status
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.job_store.child_runs import end_started
from airflow_provider_media.job_store.dag_runs import (
    create_run,
    fail_run,
    find_run_of,
    find_task_of,
    latest_dag,
    push_xcom,
)
from airflow_provider_media.job_store.errors import ExecutionExists, ExecutionUnknown

if TYPE_CHECKING:
    from airflow.models import DagRun
    from sqlalchemy.orm import Session


def start(machine: str, name: str, value: Mapping[str, Any], user: str | None) -> Started:
    """Start an execution, unless one of the same name and input exists.

    :param value: input of the execution.
    :param user: name of the user whom Airflow shows as the one who started it.
    :raises ExecutionExists: when an execution of this name has another input.
    :raises QueueMissing: when Airflow does not know the machine's DAG yet.
    :raises RequestInvalid: when Airflow does not accept the name.
    """
    dag_id = machine_dag_id(machine)
    try:
        with create_session(scoped=False) as session:
            earlier = find_run_of(dag_id, name, session)
            if earlier is None:
                return Started(execution=view_of(_made(dag_id, name, value, user, session), session), created=True)
            return Started(execution=_same(earlier, value, session), created=False)
    except IntegrityError:
        # Another request has just started the execution.
        with create_session(scoped=False) as session:
            return Started(execution=_same(find_execution(machine, name, session), value, session), created=False)
    except ValueError as error:
        raise RequestInvalid(f"name: {error}", field="name") from None


def _made(dag_id: str, name: str, value: Mapping[str, Any], user: str | None, session: Session) -> DagRun:
    dag = latest_dag(dag_id, session)
    run = create_run(dag, name, conf={}, logical_date=None, door="rest_api", user=user, session=session)
    run.conf = dict(value)
    session.flush()
    return run


def find(machine: str, name: str) -> ExecutionView:
    """Return an execution by its name.

    :raises ExecutionUnknown: when there is no execution of this name.
    """
    with create_session(scoped=False) as session:
        return view_of(find_execution(machine, name, session), session)


def stop(machine: str, name: str, error: str | None, cause: str | None) -> ExecutionView:
    """Stop an execution; an execution that has ended is left as it is.

    :raises ExecutionUnknown: when there is no execution of this name.
    """
    with create_session(scoped=False) as session:
        run = find_execution(machine, name, session)
        last = find_task_of(run, RESULT, session)
        if str(run.state) in UNFINISHED and last is not None:
            push_xcom(last, STOPPED, value={"Error": error, "Cause": cause}, session=session)
            fail_run(run, session)
            end_started(run, session)
            session.flush()
            session.refresh(run)
        return view_of(run, session)


def find_execution(machine: str, name: str, session: Session) -> DagRun:
    """Return the run of an execution.

    :raises ExecutionUnknown: when there is no execution of this name.
    """
    run = find_run_of(machine_dag_id(machine), name, session)
    if run is None:
        raise ExecutionUnknown(f"The state machine {machine!r} has no execution {name!r}.")
    return run


def _same(run: DagRun, value: Mapping[str, Any], session: Session) -> ExecutionView:
    if json.dumps(run.conf, sort_keys=True) != json.dumps(dict(value), sort_keys=True):
        raise ExecutionExists(f"There is an execution {run.run_id!r} with another input; take another name.")
    return view_of(run, session)


def view_of(run: DagRun, session: Session) -> ExecutionView:
    """Return what a client sees of an execution."""
    left = _left(run, session)
    status = _status(run, left, session)
    has_failed = status not in {"RUNNING", "SUCCEEDED"}
    key = STOPPED if status == "ABORTED" else ERROR
    failure = left.get(key, {}) if has_failed else {}
    return ExecutionView(
        machine=machine_of_dag(run.dag_id),
        name=run.run_id,
        status=status,
        started_at=run.start_date,
        ended_at=run.end_date,
        input=run.conf,
        output=left.get(RETURN_VALUE) if status == "SUCCEEDED" else None,
        error=failure.get("Error"),
        cause=failure.get("Cause"),
    )


def _status(run: DagRun, left: Mapping[str, Any], session: Session) -> Status:
    # When somebody ends a run, its running tasks fail.
    failed = (TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id, TaskInstance.state == "failed")
    return status_of(
        str(run.state), left, lambda: session.scalar(select(TaskInstance.id).where(*failed).limit(1)) is not None
    )


def status_of(state: str, left: Mapping[str, Any], has_failed_task: Callable[[], bool]) -> Status:
    """Return the status of an execution.

    :param state: state of the run.
    :param left: the XComs ``ERROR`` and ``STOPPED`` of the last task, by key.
    :param has_failed_task: returns whether a task of the run has failed; called only where the answer counts.
    """
    if state in UNFINISHED:
        return "RUNNING"
    if STOPPED in left:
        # Airflow's scheduler may count the skipped tasks of a run that was just stopped as a success.
        return "ABORTED"
    if state == "success":
        return "SUCCEEDED"
    if ERROR in left:
        status: Status = left[ERROR].get("Status", "FAILED")
        return status
    # A run past its deadline has its unfinished tasks skipped, not failed.
    return "ABORTED" if has_failed_task() else "TIMED_OUT"


def _left(run: DagRun, session: Session) -> dict[str, Any]:
    """Return the XComs of the last task, by key."""
    rows = session.scalars(
        select(XComModel).where(
            XComModel.dag_id == run.dag_id,
            XComModel.run_id == run.run_id,
            XComModel.task_id == RESULT,
            XComModel.key.in_((RETURN_VALUE, ERROR, STOPPED)),
        )
    )
    return {row.key: XComModel.deserialize_value(row) for row in rows}
