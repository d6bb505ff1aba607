"""Schedules: cron expressions in a time zone. A schedule never fires for a time before its file existed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pendulum
from airflow.sdk import CronTriggerTimetable
from airflow.sdk.configuration import conf

from airflow_provider_media.core.workflows.cron import is_cron
from airflow_provider_media.factory.stored_definitions import is_stored

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Start date of DAGs whose schedule belongs to no file."""


def timetable(schedule: str | None, timezone: str | None) -> CronTriggerTimetable | str | None:
    """Return the timetable of a schedule.

    Airflow presets without a cron expression, such as ``@once``, stay as they are. A time that the clock skips in
    spring fires after the gap. A time that occurs twice in autumn fires once, the second time. A schedule for every
    hour fires in each real hour.

    :param timezone: IANA name; Airflow's default time zone when absent.
    """
    if schedule is None or not is_cron(schedule):
        return schedule
    return CronTriggerTimetable(schedule, timezone=pendulum.timezone(timezone) if timezone else default_timezone())


def default_timezone() -> pendulum.Timezone | pendulum.FixedTimezone:
    """Return Airflow's own time zone: ``[core] default_timezone``."""
    name = conf.get("core", "default_timezone", fallback="utc")
    return pendulum.local_timezone() if name == "system" else pendulum.timezone(name)


def appeared_at(path: Path) -> datetime:
    """Return when a file came to its path with its present content: the start of its schedule.

    Without a start, Airflow would at once run for a time that has just passed. With a fixed start, it would run for the
    last time, however long ago. A change of content and a move both change the inode; reading and the clock do not. So
    all processes find the same time. The copy of a stored definition has the time of its save as its modification time,
    on every machine.
    """
    try:
        state = path.stat()
        return datetime.fromtimestamp(int(state.st_mtime if is_stored(path) else state.st_ctime), UTC)
    except OSError:  # it was deleted a moment ago
        return datetime.now(UTC).replace(microsecond=0)
