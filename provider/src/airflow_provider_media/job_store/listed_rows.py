"""Rows of lists of jobs: what a list reads of a job's run in its queue and of its slot task, and nothing else.

Whole rows as objects of Airflow's models take longer to load than to find. A conf stays text until a view needs it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from sqlalchemy import Text, cast

if TYPE_CHECKING:
    from sqlalchemy import Row


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """The columns of a run in a queue; the names are those of ``DagRun``."""

    id: int
    dag_id: str
    run_id: str
    state: str | None
    run_after: datetime
    end_date: datetime | None
    clear_number: int
    conf_text: str | None
    """The conf as JSON."""

    @cached_property
    def conf(self) -> Any:
        """The conf."""
        return loaded(self.conf_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """The columns of a slot task; the names are those of ``TaskInstance``."""

    state: str | None
    priority_weight: int | None
    start_date: datetime | None
    end_date: datetime | None


JobRow = tuple[RunRow, TaskRow]
_RUN: dict[str, Any] = {
    "id": DagRun.id,
    "dag_id": DagRun.dag_id,
    "run_id": DagRun.run_id,
    "state": DagRun._state,  # noqa: SLF001 - the column of a hybrid attribute
    "run_after": DagRun.run_after,
    "end_date": DagRun.end_date,
    "clear_number": DagRun.clear_number,
    "conf_text": cast(DagRun.conf, Text),
}
_TASK: dict[str, Any] = {
    "state": TaskInstance.state,
    "priority_weight": TaskInstance.priority_weight,
    "start_date": TaskInstance.start_date,
    "end_date": TaskInstance.end_date,
}
COLUMNS = (
    *(column.label(f"run_{name}") for name, column in _RUN.items()),
    *(column.label(f"task_{name}") for name, column in _TASK.items()),
)


def job_row(row: Row[Any]) -> JobRow:
    """Return a row of ``COLUMNS`` as a run and its slot task."""
    run, task = row[: len(_RUN)], row[len(_RUN) :]
    return RunRow(**dict(zip(_RUN, run, strict=True))), TaskRow(**dict(zip(_TASK, task, strict=True)))


def loaded(text: str | None) -> Any:
    """Return the value of a JSON column that was read as text."""
    return None if text is None else json.loads(text)
