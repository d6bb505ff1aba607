"""The states of a job."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands; an ended one changes only when somebody asks for a retry."""

    WAITING = "waiting"
    """It has no slot yet."""
    RUNNING = "running"
    """It holds a slot."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def ended(self) -> bool:
        """Whether this is the end of a job."""
        return self not in {JobState.WAITING, JobState.RUNNING}

    @property
    def said(self) -> str:
        """What has come of a job, in words that follow its name."""
        words = {JobState.CANCELLED: "was cancelled", JobState.TIMED_OUT: "has run out of time"}
        return words.get(self, f"has {self}" if self.ended else f"is {self}")
