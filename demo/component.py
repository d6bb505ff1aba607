"""One long-running process of the local stack: its log, its health and its end."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
LEASH = Path(__file__).with_name("leash.py")
STOP_SECONDS = 15.0
POLL_SECONDS = 0.5


class StackError(RuntimeError):
    """A part of the local stack could not be started, has died, or did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A command that runs on the leash, writing to one log file."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raise StackError, with the end of the log, where the command has ended by itself."""
        code = self.process.poll()
        if code is not None:
            raise StackError(f"{self.name} has ended with exit code {code}; the end of {self.log}:\n{self.tail()}")

    def tail(self, lines: int = 25) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def pid(self) -> int:
        """Process id of the command itself, below its leash."""
        import psutil

        return int(psutil.Process(self.process.pid).children()[0].pid)

    def release(self) -> None:
        """Let go of the leash: the command and all it started begin to end."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    def kill(self) -> None:
        """Kill the command and all it has started, without a moment to clean up."""
        import psutil

        leash = psutil.Process(self.process.pid)
        for process in [leash, *leash.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.release()
        self.process.wait()

    def join(self) -> None:
        """Wait until nothing is left of a released command."""
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(name: str, argv: Sequence[str], *, environment: Mapping[str, str], logs: Path, directory: Path) -> Component:
    """Start a command on the leash.

    :param name: the component's name, which is also its log's.
    :param argv: the command.
    :param environment: the whole environment of the command.
    :param logs: folder for ``<name>.log``; an earlier log of that name is replaced.
    :param directory: working directory.
    """
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-I", str(LEASH), *argv],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,  # Ctrl-C reaches the demo alone, which then ends the parts in order
        )
    return Component(name=name, log=log, process=process)


def stop_all(components: Sequence[Component]) -> None:
    """Stop components together and wait until all have ended."""
    for component in components:
        component.release()
    for component in components:
        component.join()


def wait_until(
    ready: Callable[[], T],
    *,
    what: str,
    timeout_seconds: float,
    components: Sequence[Component] = (),
    poll_seconds: float = POLL_SECONDS,
) -> T:
    """Poll until something is true, and return it.

    :raises StackError: after the time, or as soon as one of the components has died.
    """
    deadline = time.monotonic() + timeout_seconds
    while not (found := ready()):
        for component in components:
            component.check()
        if time.monotonic() > deadline:
            tails = "\n".join(f"--- {component.name}\n{component.tail(8)}" for component in components)
            raise StackError(f"{what} took longer than {timeout_seconds:.0f} s; the logs end with:\n{tails}")
        time.sleep(poll_seconds)
    return found
