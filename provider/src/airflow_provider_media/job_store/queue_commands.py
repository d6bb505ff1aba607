"""Queue commands: pause and resume, in Airflow's database."""

from __future__ import annotations

from collections.abc import Collection

from airflow.utils.session import create_session

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.job_store.queue_occupancy import queue_dag


def set_paused(account: Account, priorities: Collection[Priority], *, paused: bool) -> None:
    """Pause or resume queues of an account; a paused queue starts no more jobs and lets running jobs end.

    :raises QueueMissing: when Airflow does not know a queue yet.
    """
    with create_session(scoped=False) as session:
        for priority in priorities:
            queue_dag(account, priority, session).is_paused = paused
