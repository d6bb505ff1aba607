"""Limits of the unit cache: how much finished work an output location keeps, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400.0
"""Seconds."""
GIB = 1024**3
"""Bytes."""
USE_NOTED_SECONDS = DAY
"""Seconds after which another use of finished work is noted, by writing its record again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """What the cache of one output location may keep; None is without limit."""

    seconds: float | None = 30 * DAY
    """Longest time without use."""
    size: int | None = 1024 * GIB
    """Bytes of all entries."""
    job_seconds: float = DAY
    """Longest time that a job runs."""

    @property
    def is_unlimited(self) -> bool:
        """Whether everything is kept."""
        return self.seconds is None and self.size is None

    @property
    def protected_seconds(self) -> float:
        """Age below which nothing is pruned: a running job may be about to publish it."""
        # A use shows in an entry's age only if the last one was noted long ago.
        return self.job_seconds + USE_NOTED_SECONDS
