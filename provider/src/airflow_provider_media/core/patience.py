"""Calls that may never return, such as calls to a file system whose server is gone."""

from __future__ import annotations

import errno
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

STALL_SECONDS = 120.0
"""Limit in seconds for one call.

Linux reports a task as hung when it waits longer for a disk (``kernel.hung_task_timeout_secs``)."""
LOOK_SECONDS = 1.0


def within(seconds: float, act: Callable[[], T]) -> T:
    """Return the result of a call, or abandon the call when it takes too long.

    An abandoned call keeps its thread, because the kernel may not let the call be ended. The time is counted in waits
    of the calling thread. The count therefore stands still while this process does.

    :raises TimeoutError: when the call takes longer than ``seconds``.
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
