"""Preparation of an API server, so that no first request waits for it, and work for as long as the server runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI

from airflow_provider_media.core.errors import MediaError

log = logging.getLogger(__name__)


@asynccontextmanager
async def made_ready(_app: FastAPI) -> AsyncIterator[None]:
    """Prepare the server; Airflow's API server begins to listen when this has yielded."""
    await to_thread.run_sync(prepare)
    with reconciliation():
        yield


def reconciliation() -> AbstractContextManager[None]:
    """Return a context that reconciles jobs with people's changes in Airflow."""
    from airflow_provider_media.job_store.reconciliation import Reconciliation

    return Reconciliation()


def prepare() -> None:
    """Load the modules that use the database, and read workflows and accounts.

    A file that is not valid is logged here, and reported to each client that asks for it.
    """
    from airflow_provider_media.hooks import catalogue
    from airflow_provider_media.job_store import job_commands, job_queries, sql_store  # noqa: F401 - only imported

    try:
        catalogue.queues()
        catalogue.all_workflows()
    except MediaError as error:
        log.warning("The API starts with files that are not valid: %s", error.message)
