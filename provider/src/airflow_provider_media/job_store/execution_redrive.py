"""Redrive of failed executions, and the history of an execution by its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflow.utils.session import create_session

from airflow_provider_media.airflow_contract.run_states import UNSUCCESSFUL_TASKS
from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.core.task_ids import EXIT
from airflow_provider_media.job_store.dag_runs import clear, is_stale, tasks_of
from airflow_provider_media.job_store.errors import ExecutionNotFailed
from airflow_provider_media.job_store.execution_history import history_of
from airflow_provider_media.job_store.executions import find_execution

if TYPE_CHECKING:
    from airflow.models import TaskInstance


def redrive(machine: str, name: str) -> None:
    """Continue a failed execution from the state that failed; states that have succeeded do not run again.

    :param machine: name of the state machine.
    :raises ExecutionUnknown: when there is no such execution.
    :raises ExecutionNotFailed: when the execution has not failed.
    :raises StateMachineUnknown: when the machine's DAG is gone, because its file is gone.
    """
    with create_session(scoped=False) as session:
        run = find_execution(machine, name, session)
        if str(run.state) != "failed":
            raise ExecutionNotFailed(
                f"The execution {name} of {machine} is {run.state}; only one that has failed can go on."
            )
        if is_stale(run.dag_id, session):
            raise StateMachineUnknown(
                f"The file of the state machine {machine} is gone, and so is its DAG. Put the file back, and redrive"
                " the execution once Airflow shows the DAG."
            )
        clear(to_be_done_again(tasks_of(run, session)), session)


def read_history(machine: str, name: str) -> ExecutionHistory:
    """Return the history of an execution by its name.

    :raises ExecutionUnknown: when there is no such execution, or when it has not begun.
    """
    with create_session(scoped=False) as session:
        return history_of(find_execution(machine, name, session), session)


def to_be_done_again(tasks: Iterable[TaskInstance]) -> list[TaskInstance]:
    """Return the tasks that did not succeed and have to run again.

    Tasks inside a Parallel or Map that has ended are left out: a catcher has taken their errors.
    """
    tasks = list(tasks)
    passed = {(task.task_id.removesuffix(EXIT), task.map_index) for task in tasks if _is_passed(task)}
    return [
        task
        for task in tasks
        if task.state in UNSUCCESSFUL_TASKS and not any(_is_inside(task, *group) for group in passed)
    ]


def _is_passed(task: TaskInstance) -> bool:
    return task.state == "success" and task.task_id.endswith(f".{EXIT}")


def _is_inside(task: TaskInstance, group: str, index: int) -> bool:
    return task.task_id.startswith(group) and index in {-1, task.map_index}
