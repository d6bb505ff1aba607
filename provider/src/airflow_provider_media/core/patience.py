"""Calls that may never come back: those of a file system whose server is gone."""

from __future__ import annotations

import errno
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

STALL_SECONDS = 120.0
"""Seconds for one call: Linux calls a task that waits longer for a disk hung (``kernel.hung_task_timeout_secs``)."""
LOOK_SECONDS = 1.0


def within(seconds: float, act: Callable[[], T]) -> T:
    """What a call answers with; where it takes too long it is left to itself, because the kernel may not let it be ended.

    The time is counted in waits of this thread, so that it stands still while this process does.

    :raises TimeoutError: when it takes longer.
    """
    answer: Future[T] = Future()
    done = threading.Event()

    def run() -> None:
        try:
            answer.set_result(act())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            answer.set_exception(error)
        done.set()

    threading.Thread(target=run, name="patience", daemon=True).start()
    look = min(LOOK_SECONDS, seconds)
    for _ in range(math.ceil(seconds / look)):
        if done.wait(look):
            return answer.result()
    raise TimeoutError(
        errno.ETIMEDOUT, f"its file system did not answer for {seconds:g} s; check the mount, and the server or disk behind it"
    )
