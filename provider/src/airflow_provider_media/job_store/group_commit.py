"""Group commit: one of many waiting threads commits for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
MAX_BATCH = 100
"""Most items of one commit; a later item waits no longer than this batch takes."""


@dataclass(slots=True, eq=False)
class _Waiter(Generic[T, R]):
    item: T
    woken: threading.Event = field(default_factory=threading.Event)
    is_leader: bool = False
    """Whether the waiter's thread commits the batch."""
    result: R | BaseException | None = None


@dataclass(slots=True, eq=False)
class GroupCommit(Generic[T, R]):
    """Shares the cost of one transaction among all threads that want to commit at the same moment.

    The first thread commits at once. Threads that come meanwhile wait. When the commit has ended, the thread with the
    longest wait commits for all threads that wait by then.
    """

    commit: Callable[[Sequence[T]], Sequence[R | BaseException]]
    """Commits items in the order of their arrival. Each has a result, or the error that its own thread raises."""
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[_Waiter[T, R]] = field(default_factory=list)
    _is_busy: bool = False

    @property
    def waiting(self) -> int:
        """Number of threads that wait for the next batch."""
        with self._guard:
            return len(self._waiting)

    def submit(self, item: T) -> R:
        """Wait until an item is committed, and return its result."""
        mine: _Waiter[T, R] = _Waiter(item)
        with self._guard:
            self._waiting.append(mine)
            if not self._is_busy:
                self._is_busy = True
                self._wake_leader()
        mine.woken.wait()
        if mine.is_leader:
            self._commit_batch()
        if isinstance(mine.result, BaseException):
            raise mine.result
        return mine.result  # type: ignore[return-value]  # the waiter was woken, so the result is an R

    def _commit_batch(self) -> None:
        with self._guard:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        results: Sequence[R | BaseException] = [RuntimeError("the thread that was to commit this has ended")] * len(
            batch
        )
        try:
            results = self.commit([waiter.item for waiter in batch])
        except Exception as error:  # noqa: BLE001 - raised where each of them waits
            results = [error] * len(batch)
        finally:
            with self._guard:
                self._is_busy = bool(self._waiting)
                if self._is_busy:
                    self._wake_leader()
            for waiter, result in zip(batch, results, strict=True):
                waiter.result = result
                waiter.woken.set()

    def _wake_leader(self) -> None:
        leader = self._waiting[0]
        leader.is_leader = True
        leader.woken.set()
