"""Runs of other DAGs, read and started from a task; tasks use this semi-private part of Airflow only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from airflow_provider_media.core.submission.errors import QueueMissing


def takes_threads() -> bool:
    """Return whether this task may call Airflow from several threads at once.

    It may with a supervisor, but not in ``dag.test``.
    """
    from airflow.sdk.execution_time import comms, task_runner

    return isinstance(getattr(task_runner, "SUPERVISOR_COMMS", None), comms.CommsDecoder)


def is_test() -> bool:
    """Return whether ``airflow tasks test`` or ``airflow dags test`` runs this task.

    Such a task runs in one process, without Airflow's scheduler.
    """
    from airflow.sdk.execution_time import task_runner

    return type(getattr(task_runner, "SUPERVISOR_COMMS", None)).__name__ == "InProcessSupervisorComms"


def start_run(
    dag_id: str,
    run_id: str,
    *,
    conf: Mapping[str, Any],
    logical_date: datetime | None = None,
    run_after: datetime | None = None,
    reset: bool = False,
    note: str | None = None,
) -> bool:
    """Start a run, and return whether this call made it; an existing run is left alone.

    :param run_after: time before which the run does not begin.
    :param reset: whether all tasks of an existing run are cleared, so that it runs again.
    :param note: note that people see at the run.
    :raises QueueMissing: when Airflow does not know the DAG, or cannot read its file.
    """
    from airflow.sdk.exceptions import ErrorType
    from airflow.sdk.execution_time import comms, task_runner

    order = comms.TriggerDagRun(
        dag_id=dag_id,
        run_id=run_id,
        conf=dict(conf),
        logical_date=logical_date,
        run_after=run_after,
        note=note,
        reset_dag_run=reset,
    )
    try:
        answer = task_runner.SUPERVISOR_COMMS.send(order)
    except Exception as error:
        if _status(error) in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}:
            raise QueueMissing(f"Airflow starts no run of the DAG {dag_id}: {_reason(error)}", dag_id=dag_id) from None
        raise
    return not (isinstance(answer, comms.ErrorResponse) and answer.error == ErrorType.DAGRUN_ALREADY_EXISTS)


def find_conf(dag_id: str, run_id: str) -> dict[str, Any] | None:
    """Return the conf of a run, or None when there is no such run."""
    from airflow.sdk.execution_time import comms, task_runner

    try:
        answer = task_runner.SUPERVISOR_COMMS.send(comms.GetDagRun(dag_id=dag_id, run_id=run_id))
    except Exception as error:
        if _status(error) == HTTPStatus.NOT_FOUND:
            return None
        raise
    return getattr(answer, "conf", None) or {}


def is_paused(dag_id: str) -> bool:
    """Return whether a DAG is paused; a DAG that Airflow has not read yet is not paused."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    try:
        return bool(RuntimeTaskInstance.get_dag(dag_id).is_paused)
    except Exception as error:
        if _status(error) == HTTPStatus.NOT_FOUND:
            return False
        raise


def find_state(dag_id: str, run_id: str) -> str:
    """Return the state of a run that exists."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    state = RuntimeTaskInstance.get_dagrun_state(dag_id=dag_id, run_id=run_id)
    return str(getattr(state, "value", state))


def count_runs(dag_id: str, states: Sequence[str], run_ids: Sequence[str] | None = None) -> int:
    """Return how many runs of a DAG are in some states, or in any state when ``states`` is empty."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.get_dr_count(
        dag_id=dag_id, states=list(states), run_ids=list(run_ids) if run_ids else None
    )


def count_tasks(dag_id: str, task_id: str, states: Sequence[str]) -> int:
    """Return how many instances of a task are in some states."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.get_ti_count(dag_id=dag_id, task_ids=[task_id], states=list(states))


def task_states(dag_id: str, run_id: str) -> dict[str, str | None]:
    """Return the states of a run's tasks by task id; mapped tasks have their index after an underscore."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return dict(RuntimeTaskInstance.get_task_states(dag_id=dag_id, run_ids=[run_id]).get(run_id) or {})


def task_of(name: str) -> tuple[str, int]:
    """Return the task id and the map index in a name of ``task_states``; the index is -1 unless the task is mapped."""
    task_id, _, index = name.rpartition("_")
    return (task_id, int(index)) if task_id and index.isdigit() else (name, -1)


def pull(dag_id: str, run_id: str, task_id: str, key: str, map_index: int = -1) -> Any:
    """Pull an XCom of a task of another run; None when the task has not pushed the key."""
    from airflow.sdk.execution_time.xcom import XCom

    return XCom.get_one(dag_id=dag_id, run_id=run_id, task_id=task_id, key=key, map_index=map_index)


def _status(error: Any) -> int | None:
    """Return the HTTP status of the API's answer behind an error of Airflow's; None for any other error."""
    # ``dag.test`` has no supervisor in between, and raises the errors of its client.
    answer = getattr(error, "response", None)
    inner = getattr(error, "error", None)
    detail = inner.detail if inner else None
    status: int | None = (detail or {}).get("status_code") if answer is None else answer.status_code
    return status


def _reason(error: Any) -> str:
    if not getattr(error, "error", None):
        return str(error)
    detail = (error.error.detail or {}).get("detail") or {}
    inner = detail.get("detail", detail) if isinstance(detail, dict) else detail
    return str(inner.get("message", inner) if isinstance(inner, dict) else inner)
