"""Cron: schedules that Airflow can plan."""

from __future__ import annotations

from datetime import UTC, datetime

REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)
"""Time from which the next run is sought. The present time would let a valid file become invalid."""
SCHEDULE_PRESETS = ("@once", "@quarterly")
"""Schedules of Airflow that are no cron expressions."""
EXAMPLES = "write five fields such as '0 3 * * *', or @daily"


def is_cron(schedule: str) -> bool:
    """Return whether a schedule is a cron expression, or a preset that stands for one."""
    from croniter import croniter

    return bool(croniter.is_valid(schedule))


def schedule_problem(schedule: str, presets: tuple[str, ...] = ()) -> str | None:
    """Return why Airflow cannot plan runs by a schedule; None when it can.

    :param presets: schedules that are allowed besides cron expressions.
    """
    from croniter import CroniterBadDateError, croniter

    if schedule in presets:
        return None
    if not is_cron(schedule):
        return f"{schedule!r} is no cron expression; {EXAMPLES}"
    try:
        croniter(schedule, REFERENCE).get_next()
    except CroniterBadDateError:
        return f"{schedule!r} names a day that never comes; {EXAMPLES}"
    return None
