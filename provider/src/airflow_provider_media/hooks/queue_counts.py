"""Queue counts of an account for tasks and triggers, which use the Task API."""

from __future__ import annotations

from airflow.sdk import Variable

from airflow_provider_media.airflow_contract.run_states import AWAITING, HOLDING
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission import admission
from airflow_provider_media.core.submission.admission import Occupancy
from airflow_provider_media.core.submission.live_limits import (
    LiveLimits,
    limits_variable,
    parse_limits,
    waiting_limits,
)
from airflow_provider_media.core.task_ids import SLOT_TASK
from airflow_provider_media.hooks import runs

WAITING = ("null", *AWAITING)
"""Tasks without a slot; the Task API asks for tasks without a state by ``null``."""


def occupancy(account: Account) -> Occupancy:
    """Return the occupancy of an account's queues.

    The slots are those of ``queues.yaml``, because a task cannot ask for a pool.
    """
    return Occupancy(
        active={each: _count(account, each, HOLDING) for each in PRIORITIES},
        waiting={each: _count(account, each, WAITING) for each in PRIORITIES},
        slots=account.limits.active,
        limits=waiting_limits(_live_limits(account)),
    )


def _live_limits(account: Account) -> LiveLimits | None:
    text: str | None = Variable.get(limits_variable(account.name), default=None)
    return parse_limits(text)


def room(account: Account, priority: Priority) -> int:
    """Return how many more jobs of a priority an account's queues take now."""
    return admission.room(occupancy(account), account, priority)


def _count(account: Account, priority: Priority, states: tuple[str, ...]) -> int:
    return runs.count_tasks(ingest_dag_id(account.name, priority), SLOT_TASK, states)
