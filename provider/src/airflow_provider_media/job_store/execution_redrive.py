"""Redrive of failed executions, and the history of an execution by its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflow.utils.session import create_session

from airflow_provider_media.core.errors import ExecutionNotFailed, StateMachineUnknown
from airflow_provider_media.core.statelang.native import EXIT
from airflow_provider_media.core.statelang.visits import ExecutionHistory
from airflow_provider_media.job_store.dag_runs import clear, is_stale, tasks_of
from airflow_provider_media.job_store.execution_history import history_of
from airflow_provider_media.job_store.executions import find_execution

if TYPE_CHECKING:
    from airflow.models import TaskInstance

AGAIN = ("failed", "upstream_failed", "skipped")
"""Whoever ends a run leaves its unfinished tasks skipped; one that the run did not come to skips itself again."""


def redrive(machine: str, name: str) -> None:
    """Let an execution that has failed go on from the state that failed; what has succeeded is not done again.

    :param machine: the state machine's name.
    :raises ExecutionUnknown: where there is no such execution.
    :raises ExecutionNotFailed: where it has not failed.
    :raises StateMachineUnknown: where the machine's DAG has gone with its file.
    """
    with create_session(scoped=False) as session:
        run = find_execution(machine, name, session)
        if str(run.state) != "failed":
            raise ExecutionNotFailed(f"The execution {name} of {machine} is {run.state}; only one that has failed can go on.")
        if is_stale(run.dag_id, session):
            raise StateMachineUnknown(
                f"The file of the state machine {machine} is gone, and so is its DAG. Put the file back, and redrive the execution once"
                " Airflow shows the DAG."
            )
        clear(to_be_done_again(tasks_of(run, session)), session)


def read_history(machine: str, name: str) -> ExecutionHistory:
    """What there is to see of an execution.

    :raises ExecutionUnknown: where there is none, or where it has not begun.
    """
    with create_session(scoped=False) as session:
        return history_of(find_execution(machine, name, session), session)


def to_be_done_again(tasks: Iterable[TaskInstance]) -> list[TaskInstance]:
    """The tasks that did not succeed, without those inside a Parallel or Map that has ended: a catcher has taken their errors."""
    tasks = list(tasks)
    passed = {(task.task_id.removesuffix(EXIT), task.map_index) for task in tasks if _is_passed(task)}
    return [task for task in tasks if task.state in AGAIN and not any(_is_inside(task, *group) for group in passed)]


def _is_passed(task: TaskInstance) -> bool:
    return task.state == "success" and task.task_id.endswith(f".{EXIT}")


def _is_inside(task: TaskInstance, group: str, index: int) -> bool:
    return task.task_id.startswith(group) and index in {-1, task.map_index}
