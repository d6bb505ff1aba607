"""How much an execution may compute: attempts of states, and time also while nothing is waited for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from airflow_provider_media.core.statelang.errors import runtime


class TimeUp(Exception):
    """The execution's ``TimeoutSeconds`` have passed while it was computing."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one execution may spend, branches and iterations included.

    The journal's time stands still while an execution computes. The budget therefore adds the seconds that have passed in this process
    since the last entry. A replay computes as long as the first time, whenever it happens, and so ends in the same way.

    :param reached: time of the last entry of the journal.
    :param deadline: when the execution is to end; ``None`` for no limit.
    :param most_attempts: attempts of states; ``None`` for no limit.
    :param most_cpu_seconds: processor time of this thread, without that of tasks; ``None`` for no limit.
    :param attempts: attempts so far.
    :param cpu_seconds: processor time so far, without the computation under way.
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
        """Count processor time from now on."""
        self._cpu_since = time.thread_time()

    def end_computation(self) -> None:
        """Count processor time no longer: tasks that this thread does now are not the definition's doing."""
        self.cpu_seconds = self._cpu_total()

    def _cpu_total(self) -> float:
        return self.cpu_seconds + time.thread_time() - self._cpu_since

    def reach(self, moment: datetime) -> None:
        """Take in the time of a journal entry."""
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

        :raises StateError: ``States.Runtime`` when all attempts, or all processor time, are used up.
        :raises TimeUp: when the deadline has passed.
        """
        self.attempts += 1
        if self.most_attempts is not None and self.attempts > self.most_attempts:
            raise runtime(f"The execution reached the maximum number of state attempts ({self.most_attempts}); does it loop without end?")
        if self.most_cpu_seconds is not None and self._cpu_total() > self.most_cpu_seconds:
            raise runtime(f"The execution reached the maximum processor time of its expressions ({self.most_cpu_seconds} seconds).")
        if self.is_over:
            raise TimeUp
