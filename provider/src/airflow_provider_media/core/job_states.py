"""The states of a job."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """State of a job; an ended state changes only by a retry."""

    WAITING = "waiting"
    """The job has no slot yet."""
    RUNNING = "running"
    """The job holds a slot."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def ended(self) -> bool:
        """Whether the job has ended."""
        return self not in {JobState.WAITING, JobState.RUNNING}

    @property
    def said(self) -> str:
        """The state in words that follow a job's name."""
        words = {JobState.CANCELLED: "was cancelled", JobState.TIMED_OUT: "has run out of time"}
        return words.get(self, f"has {self}" if self.ended else f"is {self}")
