"""Live limits of queues, in Airflow's database."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.models import Pool
from airflow.models.variable import Variable
from sqlalchemy import select

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.submission.live_limits import (
    LimitsBody,
    LiveLimits,
    check_active,
    limits_variable,
)
from airflow_provider_media.core.submission.names import pool_name
from airflow_provider_media.job_store import queue_occupancy
from airflow_provider_media.job_store.pools import make_missing_pool


def change_limits(account: Account, body: LimitsBody, user: str) -> None:
    """Set the limits of an account's queues: the pool's slots at once, the waiting jobs from the next admission on.

    Jobs that are active or wait already stay, also where they are more than the new limits.

    :raises RequestInvalid: when the queues' DAGs cannot fill as many slots.
    """
    check_active(body, account)
    limits = LiveLimits.of(body, user=user, at=datetime.now(UTC))
    with queue_occupancy.turn(account.name) as session:
        make_missing_pool(account, session)
        pool = session.scalars(select(Pool).where(Pool.pool == pool_name(account.name))).one()
        pool.slots = account.limits.active if body.active is None else body.active
        Variable.set(
            limits_variable(account.name),
            limits.to_text(),
            description=f"Limits of the media queues of the account {account.name}, set by people",
            session=session,
        )
