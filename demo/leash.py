"""Runs one command and ends everything it started as soon as standard input closes.

The parent holds the other end of that pipe, so the command cannot outlive it, however the parent ends: normally, by
Ctrl-C, by a crash or by ``kill -9``. A pipe does what ``PR_SET_PDEATHSIG`` does, on every system and for every
descendant. The parent starts this file in a session of its own; a session keeps also those descendants that left the
process group or lost their parent.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

GRACE_SECONDS = 6.0
"""How long a command may take to end after SIGTERM: Airflow's scheduler needs about two seconds."""


def session_members() -> list[int]:
    """Process ids of this session, without this process."""
    import psutil

    members = []
    for pid in psutil.pids():
        with suppress(OSError, psutil.Error):
            if (
                pid != os.getpid()
                and os.getsid(pid) == os.getpid()
                and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
            ):
                members.append(pid)
    return members


def signal_members(number: signal.Signals) -> None:
    """Send a signal to every member of the session; one that is already gone is no error."""
    for pid in session_members():
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def end_session(grace_seconds: float) -> None:
    """Ask the members to end, and kill those that are left after the grace."""
    signal_members(signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while session_members() and time.monotonic() < deadline:
        time.sleep(0.05)
    signal_members(signal.SIGKILL)


def stop_when_abandoned(child: subprocess.Popen[bytes]) -> None:
    """Wait for the end of standard input, then end the child."""
    os.read(sys.stdin.fileno(), 1)  # nothing is ever written; a buffered read would abort the interpreter at its exit
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        signal_members(signal.SIGKILL)


def main(argv: list[str]) -> int:
    """Run a command on the leash and return its exit code."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    threading.Thread(target=stop_when_abandoned, args=(child,), daemon=True).start()
    code = child.wait()
    end_session(grace_seconds=1.0)
    return code if code >= 0 else 128 - code  # the shell's way to say "ended by a signal"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
