"""Ids of runs besides those of jobs (``core.submission.names``) and of announcements (``core.announcements.event``)."""

from __future__ import annotations

import re
from hashlib import sha256

from airflow_provider_media.core.serde import digest

AIRFLOWS_OWN = re.compile(r"(scheduled|backfill|asset_[a-z]+|operator_[a-z]+|dataset_[a-z]+)__")
"""Beginnings of the ids of runs that Airflow starts by itself."""
TEMPORARY = "__airflow_temporary_run"
"""Prefix of the ids of the runs that ``airflow tasks test`` makes for itself."""
STARTED, STATE, STOP = "started", "state", "stop"
"""First words of derived run ids: of an execution and of a workflow's run that a state starts, and of a stop run."""
READABLE = 60
"""Characters that a child run's id shows of the machine, the execution and the task, each."""


def derived_run_id(word: str, *parts: object) -> str:
    """Return a run id that the same parts always give, so that a repeated start finds the run.

    :param word: first word of the id.
    :param parts: JSON values.
    """
    return f"{word}.{digest(list(parts))[:32]}"


def child_run_id(dag_id: str, run_id: str, task: str, redrives: int, *, machine: str) -> str:
    """Return the id of the child run for a task of an execution. A digest makes the id unique.

    :param dag_id: DAG of the execution.
    :param run_id: run of the execution.
    :param task: id of the task in the execution's journal.
    :param redrives: number of redrives of the execution.
    :param machine: name of the state machine.
    """
    unique = sha256("|".join((dag_id, run_id, task, str(redrives))).encode()).hexdigest()[:16]
    return f"{'~'.join(_readable(each) for each in (machine, run_id, task.strip('/')))}~{unique}"


def _readable(text: str) -> str:
    # Airflow rejects a run id with two dots in a row.
    return re.sub(r"[^A-Za-z0-9_:+-]+", ".", text)[:READABLE]
