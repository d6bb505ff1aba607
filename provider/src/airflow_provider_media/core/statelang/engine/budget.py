"""The budget of an execution: state attempts, CPU time, and a deadline that also holds during computation."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.limits import EXPRESS_ATTEMPTS, EXPRESS_CPU_SECONDS, HISTORY_BYTES


class TimeUp(Exception):
    """The execution's deadline has passed during computation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionBounds:
    """Bounds of an execution besides those of the language.

    :param most_attempts: limit of state attempts; ``None`` for no limit.
    :param most_cpu_seconds: limit of CPU time, tasks excluded; ``None`` for no limit.
    :param history_bytes: bytes of payloads that the history keeps.
    """

    most_attempts: int | None = None
    most_cpu_seconds: float | None = None
    history_bytes: int = HISTORY_BYTES


STANDARD = ExecutionBounds()
EXPRESS = ExecutionBounds(most_attempts=EXPRESS_ATTEMPTS, most_cpu_seconds=EXPRESS_CPU_SECONDS)


@dataclass(slots=True, kw_only=True)
class Budget:
    """The budget of one execution, branches and iterations included.

    The journal's time stands still during computation. The budget therefore adds the seconds that have passed in this
    process since the last entry. A replay computes as long as the first run did, whenever the replay happens, and
    therefore ends in the same way.

    :param reached: time of the journal's last entry.
    :param deadline: deadline of the execution; ``None`` for no limit.
    :param most_attempts: limit of state attempts; ``None`` for no limit.
    :param most_cpu_seconds: limit of this thread's CPU time, tasks excluded; ``None`` for no limit.
    :param attempts: attempts so far.
    :param cpu_seconds: CPU time so far, without the current computation.
    """

    reached: datetime
    deadline: datetime | None = None
    most_attempts: int | None = None
    most_cpu_seconds: float | None = None
    attempts: int = 0
    cpu_seconds: float = 0.0
    _since: float = 0.0
    _cpu_since: float = 0.0

    def __post_init__(self) -> None:
        self.reach(self.reached)

    def begin_computation(self) -> None:
        """Start to count CPU time."""
        self._cpu_since = time.thread_time()

    def end_computation(self) -> None:
        """Stop counting CPU time: tasks that this thread performs next do not count against the definition."""
        self.cpu_seconds = self._cpu_total()

    def _cpu_total(self) -> float:
        return self.cpu_seconds + time.thread_time() - self._cpu_since

    def reach(self, moment: datetime) -> None:
        """Advance to the time of a journal entry."""
        self.reached = moment
        self._since = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        if self.deadline is None:
            return False
        return self.reached + timedelta(seconds=time.monotonic() - self._since) >= self.deadline

    def spend_attempt(self) -> None:
        """Count one attempt of a state.

        :raises StateError: ``States.Runtime`` when the limit of attempts or of CPU time is exceeded.
        :raises TimeUp: when the deadline has passed.
        """
        self.attempts += 1
        if self.most_attempts is not None and self.attempts > self.most_attempts:
            raise runtime(
                f"The execution reached the maximum number of state attempts ({self.most_attempts}); does it loop"
                " without end?"
            )
        if self.most_cpu_seconds is not None and self._cpu_total() > self.most_cpu_seconds:
            raise runtime(
                f"The execution reached the maximum processor time of its expressions ({self.most_cpu_seconds}"
                " seconds)."
            )
        if self.is_over:
            raise TimeUp
