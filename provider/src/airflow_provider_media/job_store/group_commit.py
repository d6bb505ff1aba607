"""Desk: one of many threads does the work of all who wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

W = TypeVar("W")
R = TypeVar("R")
MOST = 100
"""Wishes that are fulfilled together; whoever comes later waits no longer than these take."""


@dataclass(slots=True, eq=False)
class _Visitor(Generic[W, R]):
    wish: W
    called: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    """Whether its thread does the work."""
    answer: R | BaseException | None = None


@dataclass(slots=True, eq=False)
class Desk(Generic[W, R]):
    """Shares what work costs once, such as a transaction, among all who want it done at one moment.

    The first who comes begins at once. Whoever comes meanwhile waits, and when the work is done the one who has waited longest does it
    for all who wait by then.
    """

    work: Callable[[Sequence[W]], Sequence[R | BaseException]]
    """Fulfils wishes in the order in which they came, each by a result or by the error that its own thread raises."""
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[_Visitor[W, R]] = field(default_factory=list)
    _busy: bool = False

    def fulfil(self, wish: W) -> R:
        """What comes of a wish, once it has been fulfilled."""
        mine: _Visitor[W, R] = _Visitor(wish)
        with self._guard:
            self._waiting.append(mine)
            if not self._busy:
                self._busy = True
                self._call_first()
        mine.called.wait()
        if mine.leads:
            self._work()
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _work(self) -> None:
        with self._guard:
            now, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        answers: Sequence[R | BaseException] = [RuntimeError("the thread that was to do this has ended")] * len(now)
        try:
            answers = self.work([visitor.wish for visitor in now])
        except Exception as error:  # noqa: BLE001 - raised where each of them waits
            answers = [error] * len(now)
        finally:
            with self._guard:
                self._busy = bool(self._waiting)
                if self._busy:
                    self._call_first()
            for visitor, answer in zip(now, answers, strict=True):
                visitor.answer = answer
                visitor.called.set()

    def _call_first(self) -> None:
        first = self._waiting[0]
        first.leads = True
        first.called.set()
