"""Queue counts of an account for tasks and triggers, which use the Task API."""

from __future__ import annotations

from airflow_provider_media.core.ingest import admission
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Occupancy
from airflow_provider_media.core.ingest.names import SLOT_TASK, ingest_dag_id
from airflow_provider_media.core.ingest.priorities import PRIORITIES, Priority
from airflow_provider_media.hooks import runs

HOLDING = ("queued", "running", "deferred")
WAITING = ("null", "scheduled", "up_for_retry", "up_for_reschedule")


def occupancy(account: Account) -> Occupancy:
    """Return the occupancy of an account's queues.

    The slots are those of ``queues.yaml``, because a task cannot ask for a pool.
    """
    return Occupancy(
        active={each: _count(account, each, HOLDING) for each in PRIORITIES},
        waiting={each: _count(account, each, WAITING) for each in PRIORITIES},
        slots=account.limits.active,
    )


def room(account: Account, priority: Priority) -> int:
    """Return how many more jobs of a priority an account's queues take now."""
    return admission.room(occupancy(account), account, priority)


def _count(account: Account, priority: Priority, states: tuple[str, ...]) -> int:
    return runs.count_tasks(ingest_dag_id(account.name, priority), SLOT_TASK, states)
