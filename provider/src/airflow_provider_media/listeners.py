"""What happens when a component of Airflow starts."""

from __future__ import annotations

import logging
from typing import Any

from airflow.listeners import hookimpl

log = logging.getLogger(__name__)
WITH_DATABASE = "Job"
"""Class of what schedulers, triggerers and DAG processors start with; tasks, which have no database, start with another."""


@hookimpl
def on_starting(component: Any) -> None:
    """Make the pools of accounts that have none yet: without its pool no job of an account would ever start."""
    if type(component).__name__ == WITH_DATABASE:
        prepare_pools()


def prepare_pools() -> None:
    """Make missing pools, and say so; what is wrong with ``queues.yaml`` must not keep a scheduler from starting."""
    from airflow.utils.session import create_session
    from sqlalchemy.exc import IntegrityError

    from airflow_provider_media.core.errors import MediaError
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.ledger.queues import make_pools

    try:
        accounts = queues().accounts.values()
    except MediaError as error:
        log.error("No pools were made for the ingest queues: %s", error.message)  # noqa: TRY400 - the message says it all
        return
    try:
        with create_session(scoped=False) as session:
            for pool, done in make_pools(accounts, session).items():
                log.info("The pool %s of an ingest queue %s.", pool, done)
    except IntegrityError:
        log.info("Another component of Airflow makes the pools of the ingest queues just now.")
