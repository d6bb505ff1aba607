"""Limits on finished work, as the ``[media]`` section of Airflow's configuration states them."""

from __future__ import annotations

import math

from airflow.sdk.configuration import conf

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.cache_limits import DAY, CacheLimits
from airflow_provider_media.hooks.settings import SECTION


def cache_limits() -> CacheLimits:
    """Return how much finished work an output location keeps, and for how long.

    :raises ConfigurationError: when an option is no number from 0 on.
    """
    days, size, job_seconds = _limit("reuse_days"), _limit("reuse_bytes"), conf.getfloat(SECTION, "job_seconds")
    return CacheLimits(
        seconds=None if days is None else days * DAY, size=None if size is None else int(size), job_seconds=job_seconds
    )


def _limit(option: str) -> float | None:
    """Return a limit; None without one."""
    text = str(conf.get(SECTION, option)).strip()
    try:
        limit = float(text or math.inf)
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise ConfigurationError(
            f"[media] {option} is {text!r}; write a number from 0 on, or nothing for no limit", field=option
        )
    return limit if limit < math.inf else None
