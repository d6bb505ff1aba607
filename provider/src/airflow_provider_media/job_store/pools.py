"""Pools whose slots the active jobs of accounts hold, and the limits that people have set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflow.models import Pool
from airflow.models.variable import Variable
from sqlalchemy import select

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.submission.live_limits import LiveLimits, limits_variable, parse_limits
from airflow_provider_media.core.submission.names import pool_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def slots(account: Account, session: Session) -> int | None:
    """Return the slots of an account's pool; None for no limit.

    A missing pool counts with the slots that it is going to be made with.
    """
    number = session.scalar(select(Pool.slots).where(Pool.pool == pool_name(account.name)))
    if number is None:
        return account.limits.active
    return None if number < 0 else number


def read_limits(account: Account, session: Session) -> LiveLimits | None:
    """Return the limits that somebody has set for an account, or None."""
    kept = session.scalar(select(Variable).where(Variable.key == limits_variable(account.name)))
    return None if kept is None else parse_limits(kept.val)


def make_missing_pool(account: Account, session: Session) -> bool:
    """Make an account's pool if it is missing, and return whether it was missing.

    Without the pool, no job would ever start.
    """
    is_missing = session.scalar(select(Pool.slots).where(Pool.pool == pool_name(account.name))) is None
    if is_missing:
        make_pool(account, session)
    return is_missing


def make_pool(account: Account, session: Session) -> None:
    """Make an account's pool."""
    session.add(
        Pool(
            pool=pool_name(account.name),
            slots=account.limits.active,
            description=f"Active jobs of the account {account.name}",
            include_deferred=True,
        )
    )
    session.flush()


def make_pools(accounts: Iterable[Account], session: Session, *, reset: bool = False) -> dict[str, str]:
    """Make the pools of accounts.

    :param reset: whether existing pools get the slots of ``queues.yaml``; otherwise the number set on the Pools page
        stays.
    :return: what was done or found, by pool name.
    """
    return {pool_name(account.name): _settle_pool(account, session, reset=reset) for account in accounts}


def _settle_pool(account: Account, session: Session, *, reset: bool) -> str:
    pool = session.scalar(select(Pool).where(Pool.pool == pool_name(account.name)))
    wanted = account.limits.active
    if pool is None:
        make_pool(account, session)
        return f"made with {wanted} slots"
    # A pool that does not count deferred tasks would give a slot away while its job runs.
    pool.include_deferred = True
    if pool.slots == wanted:
        return f"has {wanted} slots"
    if not reset:
        return f"keeps {pool.slots} slots; queues.yaml says {wanted}"
    before, pool.slots = pool.slots, wanted
    return f"now has {wanted} slots instead of {before}"
