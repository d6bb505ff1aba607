"""Other output locations in which finished work of a job's account may lie, and the way to look into them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.protocol import Storage

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_LOCATIONS = 16
"""Most locations that one job looks into: each costs a request, and most jobs are the first on their source."""


def views_elsewhere(job: Job, engine: Engine) -> list[tuple[Job, Engine]]:
    """Return the job as if it had each of the other output locations, with the engine that opens the location.

    A job that reuses nothing has none.
    """
    if not job.workflow.workflow.reuse:
        return []
    nowhere: Mapping[str, Storage] = {}
    locations = islice(value_or(engine.elsewhere, nowhere).items(), MOST_LOCATIONS)
    return [(replace(job, output=location), _engine_of(storage, engine)) for location, storage in locations]


def value_or(act: Callable[[], T], otherwise: T) -> T:
    """Return the result of a look elsewhere, or another value if it fails: a job never fails for want of reuse."""
    try:
        return act()
    except Cancelled:
        raise
    except MediaError as error:
        log.info("No finished work is taken over from another output location: %s", error.message)
        return otherwise


def _engine_of(storage: Storage, engine: Engine) -> Engine:
    return replace(engine, storages=lambda _: storage)
