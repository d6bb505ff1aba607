"""Time zones of schedules, by their names in the IANA database."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones


def timezone_problem(name: str) -> str | None:
    """Return what is wrong with the name of a time zone, and the nearest name; None for a valid name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a name outside the database's folder, a folder in it, an unknown name
        hint = _nearest_zone(name)
        return (
            f"{name!r} is no IANA time zone; write a name such as 'Europe/Berlin', 'America/New_York' or 'UTC'.{hint}"
        )
    return None


def check_timezone(name: str) -> str:
    """Return the name of a time zone unchanged if it is valid.

    :raises ValueError: when it is not valid.
    """
    if problem := timezone_problem(name):
        raise ValueError(problem)
    return name


def _nearest_zone(name: str) -> str:
    zones = {zone.lower(): zone for zone in sorted(available_timezones())}
    # People often write only the city, with a space where the database has an underscore.
    cities = {zone.rpartition("/")[2]: zone for zone in zones}
    written = name.strip().lower().replace(" ", "_")
    close = difflib.get_close_matches(written, zones, n=1, cutoff=0.7)
    close = close or [
        cities[city] for city in difflib.get_close_matches(written.rpartition("/")[2], cities, n=1, cutoff=0.7)
    ]
    return f" Did you mean {zones[close[0]]!r}?" if close else ""
