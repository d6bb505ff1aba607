"""Holds: why a job waits although a slot may be free, and how its run is kept from starting.

Airflow starts no run before its ``run_after``. The run of a job whose workflow is paused has that date moved by ``HELD_FOR``, so that it
is not among those that wait for a slot. Moving it back restores its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Occupancy
from airflow_provider_media.core.ingest.names import ingest_dag_id, pool_name, workflow_dag_id
from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.ingest.views import Notice

ON_HOLD = "\n\nOn hold: "
"""What stands in the notes of runs on hold before the reason."""
HELD_FOR = timedelta(days=5 * 365)
"""Longer than any run waits otherwise, and short enough for the timestamps of MySQL, which end in 2038."""


def held_time(run_after: datetime) -> datetime:
    """``run_after`` of a run that is put on hold."""
    return run_after + HELD_FOR


def released_time(run_after: datetime) -> datetime:
    """``run_after`` of a run on hold before it was put there."""
    return run_after - HELD_FOR


def held_after(now: datetime) -> datetime:
    """The time after which the ``run_after`` of runs on hold lies."""
    return now + HELD_FOR / 2


def workflow_paused(workflow: str) -> Notice:
    """What is said of a job whose workflow is paused."""
    message = f"The workflow {workflow!r} is paused. The job goes on once its DAG {workflow_dag_id(workflow)} is unpaused."
    return Notice(code="workflow_paused", message=message)


def note_on_hold(note: str, workflow: str) -> str:
    """The note of a run on hold, which Airflow's page of the run shows.

    :param note: the run's note before.
    """
    return f"{note_released(note)}{ON_HOLD}{workflow_paused(workflow).message}"


def note_released(note: str) -> str:
    """The note of a run before it was put on hold."""
    return note.partition(ON_HOLD)[0]


def queue_notice(account: Account, priority: Priority, now: Occupancy) -> Notice | None:
    """Why no job of a queue can start; None where only other jobs are in the way.

    :param now: the occupancy for a job of this priority.
    """
    if now.paused:
        dag_id = ingest_dag_id(account.name, priority)
        resume = f"airflow media queues resume --account {account.name} --priority {priority}"
        message = f"The queue is paused: its DAG {dag_id} starts no job. Unpause the DAG, or run `{resume}`."
        return Notice(code="queue_paused", message=message)
    if now.slots == 0:
        message = f"The pool {pool_name(account.name)} has no slots, so no job starts. Set its slots on Airflow's Pools page."
        return Notice(code="pool_empty", message=message)
    return None


def pool_notice(account: Account, slots: int | None) -> Notice | None:
    """What is wrong with the slots of an account's pool; None where it has as many as ``queues.yaml`` says, or more.

    :param slots: None for no limit.
    """
    wanted = account.limits.active
    if slots is None or slots >= wanted:
        return None
    message = (
        f"The pool {pool_name(account.name)} has {slots} slots; include/queues.yaml says {wanted}. Change its slots on Airflow's Pools"
        " page, or `active` in include/queues.yaml; `airflow media queues sync --reset` sets the pool to what the file says."
    )
    return Notice(code="pool_too_small", message=message)
