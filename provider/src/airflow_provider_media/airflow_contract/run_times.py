"""Times of runs that begin at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

CLOCK_STEP = timedelta(seconds=1)
"""Step of the clock by which Airflow's scheduler starts queued runs on SQLite, whose ``CURRENT_TIMESTAMP`` has whole
seconds."""


def begin_now() -> datetime:
    """Return the ``run_after`` of a run that begins at once.

    The scheduler starts a run whose ``run_after`` has passed. On SQLite, the present moment passes with the next whole
    second.
    """
    return datetime.now(UTC) - CLOCK_STEP
