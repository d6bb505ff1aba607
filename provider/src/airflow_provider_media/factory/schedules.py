"""Schedules: cron expressions in a time zone, which never fire for a time before their file was there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pendulum
from airflow.sdk import CronTriggerTimetable
from airflow.sdk.configuration import conf

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Start of DAGs whose schedule belongs to no file."""


def is_cron(schedule: str) -> bool:
    """Whether a schedule is a cron expression, or a preset that stands for one."""
    from croniter import croniter

    return bool(croniter.is_valid(schedule))


def timetable(schedule: str | None, timezone: str | None) -> CronTriggerTimetable | str | None:
    """The timetable of a schedule; presets of Airflow that are no cron expressions, such as ``@once``, are what they are.

    A time that the clock skips in spring is kept after the gap. A time that comes twice in autumn is kept once, the second time; where
    every hour counts, each real hour does.

    :param timezone: IANA name; Airflow's default time zone when absent.
    """
    if schedule is None or not is_cron(schedule):
        return schedule
    return CronTriggerTimetable(schedule, timezone=pendulum.timezone(timezone) if timezone else default_timezone())


def default_timezone() -> pendulum.Timezone | pendulum.FixedTimezone:
    """Airflow's own time zone: ``[core] default_timezone``."""
    name = conf.get("core", "default_timezone", fallback="utc")
    return pendulum.local_timezone() if name == "system" else pendulum.timezone(name)


def appeared_at(path: Path) -> datetime:
    """When a file came to its place with its present content: the start of its schedule.

    Without a start, Airflow runs at once for a time that has passed a moment ago; with a fixed one, for the last time however long ago.
    Both a new content and a move change the inode, and so does neither reading nor the clock: all processes find the same time.
    """
    try:
        return datetime.fromtimestamp(int(path.stat().st_ctime), UTC)
    except OSError:  # it was deleted a moment ago
        return datetime.now(UTC).replace(microsecond=0)
