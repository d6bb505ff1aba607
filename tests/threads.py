"""How much of the processor a block takes before other threads run."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heartbeat_gaps() -> Iterator[list[float]]:
    """Seconds of processor time that pass between the beats of a thread that wants to run every two milliseconds while
    the block runs.

    Time in which the machine runs other programs does not count.
    """
    gaps: list[float] = []
    is_done = threading.Event()

    def beat() -> None:
        last = time.process_time()
        while not is_done.wait(0.002):
            now = time.process_time()
            gaps.append(now - last)
            last = now

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield gaps
    finally:
        is_done.set()
        thread.join()
