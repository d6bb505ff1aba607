"""One child process: started in its sandbox, read line by line, watched, and ended with all its children."""

from __future__ import annotations

import ctypes
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from airflow_provider_media.core.ffmpeg.errors import ResourceExhausted
from airflow_provider_media.core.ffmpeg.sandbox import NEUTRAL_ENVIRONMENT, SOURCE, Launch
from airflow_provider_media.core.ffmpeg.stall import StallWatchdog

_TICK = 0.25  # seconds between checks of the clock and of cancellation
_GRACE = ((signal.SIGINT, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 3.0))
"""Signals that end a process within ten seconds, and the seconds that each signal gets."""
_OWN_GROUP = sys.platform == "linux"
"""Whether a child gets a process group of its own.

Outside Linux, a child does not die with its parent, so it must stay in the group that a supervisor kills.
"""
_KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}
"""Return codes of a killed process, without and under bubblewrap."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Result of a process that has ended."""

    returncode: int
    """Negative for the number of a signal."""
    stderr: str
    """First and last lines of standard error."""
    seconds: float
    cpu_seconds: float
    """User and system time, including children."""


def watch(
    launch: Launch,
    *,
    on_line: Callable[[str], None],
    tick: Callable[[], None],
    what: str = "the tool",
    progress: Callable[[], object] = lambda: None,
    is_kept: Callable[[str], bool] = lambda _: True,
) -> Ended:
    """Run a process to its end, in any thread; the process dies with the thread that started it.

    :param on_line: takes each line of standard output.
    :param is_kept: takes each line of standard error, and returns whether ``Ended.stderr`` keeps the line.
    :param tick: called several times a second; its exception ends the process, by an interrupt first, and is passed on.
    :param what: what the process does, for errors.
    :param progress: returns a value that changes with progress, beside the bytes that the process reads and writes.
    :raises EncodeStalled: when the process does nothing for longer than allowed, although the machine would let it run,
        or works without a result.
    :raises SourceUnreachable: when the process waits for its source instead.
    :raises ResourceExhausted: when the process uses more processor time than allowed.
    """
    begun = time.monotonic()
    with _source_in_place(launch), _started(launch) as process:
        notes, out = _Notes(is_kept), _Lines(on_line)
        err = _Lines(notes.add)
        stall = StallWatchdog(
            process.pid, what=what, seconds=launch.stall_seconds, source=launch.source, progress=progress
        )

        def look() -> None:
            tick()
            stall.look(out.bytes + err.bytes)

        _pump(process, out, err, look)
        returncode, cpu = _await(process, look)
    if launch.cpu_seconds and returncode in _KILLED and cpu > launch.cpu_seconds - 0.5:
        raise ResourceExhausted(
            f"{what} was stopped after {cpu:.0f} s of processor time, the most that work of its length may take"
        )
    return Ended(returncode=returncode, stderr=str(notes), seconds=time.monotonic() - begun, cpu_seconds=cpu)


@contextmanager
def _source_in_place(launch: Launch) -> Iterator[None]:
    place = launch.directory / SOURCE
    if launch.source is None or launch.source == place:
        yield
        return
    place.unlink(missing_ok=True)
    if launch.enclosed:
        place.touch()  # bubblewrap mounts the source over it
    else:
        place.symlink_to(launch.source)
    try:
        yield
    finally:
        place.unlink(missing_ok=True)


@contextmanager
def _started(launch: Launch) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        launch.argv,
        cwd=launch.directory,
        env=NEUTRAL_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0 if _OWN_GROUP else None,
        # preexec_fn is risky beside threads, but _bind makes only a few system calls, through libraries that are loaded
        # already.
        preexec_fn=partial(_bind, launch.limits, os.getpid(), _libc()),  # noqa: PLW1509
    )
    try:
        yield process
    except BaseException:
        stop(process)
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


@cache
def _libc() -> Any:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


def _bind(limits: tuple[tuple[int, int], ...], parent: int, libc: Any) -> None:
    """Lower the child's limits and tie its life to its parent's; runs in the child, before the tool."""
    for number, value in limits:
        _, hard = resource.getrlimit(number)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS but refuses it
            resource.setrlimit(number, (ceiling, ceiling))
    if libc:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)


def _pump(process: subprocess.Popen[bytes], out: _Lines, err: _Lines, tick: Callable[[], None]) -> None:
    with selectors.DefaultSelector() as selector:
        for pipe, lines in ((process.stdout, out), (process.stderr, err)):
            if pipe:
                selector.register(pipe, selectors.EVENT_READ, lines)
        while selector.get_map():
            for key, _ in selector.select(_TICK):
                chunk = os.read(key.fd, 1 << 16)
                if not chunk:
                    selector.unregister(key.fileobj)
                key.data.feed(chunk)
            tick()


def _await(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> tuple[int, float]:
    while (ended := _reap(process)) is None:
        tick()
        time.sleep(0.01)  # the pipes are closed: the process is about to end
    return ended


def _reap(process: subprocess.Popen[bytes]) -> tuple[int, float] | None:
    # Popen.wait() would throw away the kernel's figure for this process's CPU time.
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if pid == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: interrupt, terminate, kill, within ten seconds."""
    for number, grace in _GRACE:
        if process.returncode is not None:
            break
        _signal(process, number)
        deadline = time.monotonic() + grace
        while _reap(process) is None and time.monotonic() < deadline:
            time.sleep(0.01)
    if _OWN_GROUP:
        _signal(process, signal.SIGKILL)  # whatever a wrapper around the tool has left behind


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        (os.killpg if _OWN_GROUP else os.kill)(process.pid, number)


class _Lines:
    """Splitter of a byte stream into lines; a line longer than any honest one is cut, too."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self.bytes = 0
        """Bytes received so far."""
        self._take = take
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        self.bytes += len(chunk)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not chunk or len(self._rest) > _LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._take(line.decode(errors="replace"))


@dataclass(slots=True)
class _Notes:
    """First lines of a log, which state causes, and last lines, which state the end."""

    is_kept: Callable[[str], bool]
    first: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=150))

    def add(self, line: str) -> None:
        if not self.is_kept(line):
            return
        (self.first if len(self.first) < 50 else self.last).append(line[:500])

    def __str__(self) -> str:
        return "\n".join((*self.first, *self.last)).strip()
