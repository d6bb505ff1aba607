"""How long other threads are kept from running."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heartbeat_gaps() -> Iterator[list[float]]:
    """Seconds between the beats of a thread that wants to run every two milliseconds while the block runs."""
    gaps: list[float] = []
    is_done = threading.Event()

    def beat() -> None:
        last = time.monotonic()
        while not is_done.wait(0.002):
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield gaps
    finally:
        is_done.set()
        thread.join()
