"""The two priorities of jobs."""

from __future__ import annotations

from typing import Any, Literal, cast, get_args

from airflow_provider_media.core.accounts.errors import PriorityUnknown

Priority = Literal["normal", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""Priorities in the order in which they get free slots."""
DEFAULT: Priority = "normal"


def priority_of(value: Any) -> Priority:
    """Return the priority of a request; ``normal`` if the request names none.

    :raises PriorityUnknown: for anything but ``normal`` and ``low``.
    """
    if value is None:
        return DEFAULT
    if value not in PRIORITIES:
        raise PriorityUnknown(
            f"priority is {value!r}; allowed are {' and '.join(PRIORITIES)} (the default is {DEFAULT})",
            field="priority",
        )
    return cast("Priority", value)
