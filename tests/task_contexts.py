"""Contexts of Airflow's tasks, for operators that a test executes without Airflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

RETURN_VALUE = "return_value"
STARTED = datetime(2026, 11, 26, tzinfo=UTC)
"""When each run starts."""


@dataclass(kw_only=True)
class Run:
    """A run of a DAG, as its tasks see it."""

    dag_id: str
    run_id: str
    conf: Any = None
    clear_number: int = 0
    start_date: datetime = STARTED
    run_after: datetime = STARTED


@dataclass(kw_only=True)
class TaskInstance:
    """A task of a run, as its operator sees it; all tasks of a test share its XComs."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    try_number: int = 1
    max_tries: int = 2
    xcoms: dict[str, Any] = field(default_factory=dict)

    def xcom_push(self, key: str, value: Any) -> None:
        self.xcoms[key] = value

    def xcom_pull(self, task_ids: Any, key: str = RETURN_VALUE, map_indexes: Any = None) -> Any:
        return self.xcoms.get(key)


class TaskStateStore(dict[str, Any]):
    """What a task keeps over its attempts."""

    def set(self, key: str, value: Any, *, retention: timedelta | None = None) -> None:
        assert retention == timedelta.max, "an execution may take a year"
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


def task_context(
    dag_id: str = "a_dag",
    run_id: str = "a_run",
    *,
    conf: Any = None,
    clear_number: int = 0,
    task_id: str = "a_task",
    map_index: int = -1,
    try_number: int = 1,
    xcoms: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the context of one task.

    :param conf: conf of the task's run.
    :param xcoms: what tasks of the run have pushed, by key.
    """
    return {
        "dag_run": Run(dag_id=dag_id, run_id=run_id, conf=conf, clear_number=clear_number),
        "run_id": run_id,
        "ti": TaskInstance(
            dag_id=dag_id,
            run_id=run_id,
            task_id=task_id,
            map_index=map_index,
            try_number=try_number,
            xcoms=dict(xcoms or {}),
        ),
        "task_state_store": TaskStateStore(),
    }
