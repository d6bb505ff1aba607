"""Fair lock: first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class FairLock:
    """A lock that goes to the thread with the longest wait.

    With Python's own lock, one of fifty threads may wait many times its turn.
    """

    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: deque[threading.Lock] = field(default_factory=deque)
    _is_held: bool = False

    @property
    def is_held(self) -> bool:
        """Whether a thread holds the lock."""
        return self._is_held

    @property
    def waiting(self) -> int:
        """Number of threads that wait for the lock."""
        with self._guard:
            return len(self._waiting)

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
