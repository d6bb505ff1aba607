"""Calls that may never return, such as calls to a file system whose server is gone."""

from __future__ import annotations

import errno
import math
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

STALL_SECONDS = 120.0
"""Limit in seconds for one call.

Linux reports a task as hung when it waits longer for a disk (``kernel.hung_task_timeout_secs``)."""
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Returned(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


class _Helper:
    """Daemon thread that makes one call after another for other threads.

    A process waits at its end for the threads of ``concurrent.futures``, and so for a call that never returns.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._serve, name="patience", daemon=True).start()

    def outcome(self, act: Callable[[], T], seconds: float) -> _Returned[T] | _Raised | None:
        """Return the outcome of a call; None when the call takes too long."""
        outcomes: SimpleQueue[_Returned[T] | _Raised] = SimpleQueue()
        self._calls.put(lambda: outcomes.put(_attempted(act)))
        look = min(LOOK_SECONDS, seconds)
        for _ in range(math.ceil(seconds / look)):
            with suppress(Empty):
                return outcomes.get(timeout=look)
        return None

    def dismiss(self) -> None:
        """End the thread when its last call has returned."""
        self._calls.put(None)

    def _serve(self) -> None:
        while call := self._calls.get():
            call()


_idle: list[_Helper] = []
"""Helpers without a call. A new thread for each call would take twice as much processor time."""
os.register_at_fork(after_in_child=_idle.clear)  # threads do not survive a fork


def within(seconds: float, act: Callable[[], T]) -> T:
    """Return the result of a call, or abandon the call when it takes too long.

    An abandoned call keeps its thread, because the kernel may not let the call be ended. The time is counted in waits
    of the calling thread. The count therefore stands still while this process does.

    :raises TimeoutError: when the call takes longer than ``seconds``.
    """
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
    outcome = None
    try:
        outcome = helper.outcome(act, seconds)
    finally:  # an interrupt of the waiting thread abandons the call, too
        if outcome is None:
            helper.dismiss()
        else:
            _idle.append(helper)
    match outcome:
        case _Returned(value):
            return value
        case _Raised(error):
            raise error
    raise TimeoutError(
        errno.ETIMEDOUT,
        f"its file system did not answer for {seconds:g} s; check the mount, and the server or disk behind it",
    )


def _attempted(act: Callable[[], T]) -> _Returned[T] | _Raised:
    try:
        return _Returned(act())
    except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
        return _Raised(error)
