"""Holds: why a job waits although a slot may be free, and how its run is kept from starting.

Airflow starts no run before its ``run_after``. A hold moves the ``run_after`` of a run whose workflow is paused by
``HELD_FOR``, so that the run is not among those that wait for a slot. Moving the date back restores the run's place.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id, workflow_dag_id
from airflow_provider_media.core.submission.admission import Occupancy
from airflow_provider_media.core.submission.names import pool_name
from airflow_provider_media.core.submission.views import Notice

ON_HOLD = "\n\nOn hold: "
"""Text before the reason in the note of a run on hold."""
HELD_FOR = timedelta(days=5 * 365)
"""Longer than any run waits otherwise, and short enough for the timestamps of MySQL, which end in 2038."""


def held_time(run_after: datetime) -> datetime:
    """Return the ``run_after`` of a run that is put on hold."""
    return run_after + HELD_FOR


def released_time(run_after: datetime) -> datetime:
    """Return the original ``run_after`` of a run on hold."""
    return run_after - HELD_FOR


def held_after(now: datetime) -> datetime:
    """Return the time after which the ``run_after`` of every run on hold lies."""
    return now + HELD_FOR / 2


def workflow_paused(workflow: str) -> Notice:
    """Return the notice for a job whose workflow is paused."""
    message = (
        f"The workflow {workflow!r} is paused. The job goes on once its DAG {workflow_dag_id(workflow)} is unpaused."
    )
    return Notice(code="workflow_paused", message=message)


def note_on_hold(note: str, workflow: str) -> str:
    """Return the note of a run on hold, which Airflow's page of the run shows.

    :param note: the run's previous note.
    """
    return f"{note_released(note)}{ON_HOLD}{workflow_paused(workflow).message}"


def note_released(note: str) -> str:
    """Return the note of a run without its hold."""
    return note.partition(ON_HOLD)[0]


def queue_notice(account: Account, priority: Priority, now: Occupancy) -> Notice | None:
    """Return why no job of a queue can start, or None if only other jobs are in the way.

    :param now: the occupancy for a job of this priority.
    """
    if now.paused:
        dag_id = ingest_dag_id(account.name, priority)
        resume = f"airflow media queues resume --account {account.name} --priority {priority}"
        message = f"The queue is paused: its DAG {dag_id} starts no job. Unpause the DAG, or run `{resume}`."
        return Notice(code="queue_paused", message=message)
    if now.slots == 0:
        message = (
            f"The pool {pool_name(account.name)} has no slots, so no job starts. Set its slots on Airflow's Pools page."
        )
        return Notice(code="pool_empty", message=message)
    return None


def pool_notice(account: Account, slots: int | None) -> Notice | None:
    """Return the notice about a pool with fewer slots than ``queues.yaml`` says, or None.

    :param slots: slots of the account's pool; None for no limit.
    """
    wanted = account.limits.active
    if slots is None or slots >= wanted:
        return None
    message = (
        f"The pool {pool_name(account.name)} has {slots} slots; include/queues.yaml says {wanted}. Change its slots on"
        " Airflow's Pools page, or `active` in include/queues.yaml; `airflow media queues sync --reset` sets the pool"
        " to what the file says."
    )
    return Notice(code="pool_too_small", message=message)
