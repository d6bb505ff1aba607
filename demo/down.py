"""Stops the stack whose lock file names its process: ``make down``.

Standard library alone, so that it needs no environment.
"""

import fcntl
import os
import signal
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / ".local" / "airflow" / "stack.lock"


def holder(lock: Path) -> int | None:
    """Return the process id of the running stack; an old file without a lock on it names nobody."""
    if not lock.exists():
        return None
    with lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return int(file.read())
    return None


def main() -> None:
    """Ask the stack to end and wait until it has."""
    pid = holder(LOCK)
    if pid is None:
        print("Nothing to stop: no local stack is running.")
        return
    os.kill(pid, signal.SIGTERM)
    with LOCK.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # held until the last of its processes has ended
    print("Stopped.")


if __name__ == "__main__":
    main()
