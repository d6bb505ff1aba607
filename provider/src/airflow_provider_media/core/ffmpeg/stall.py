"""Detection of stalled tools by their work instead of the clock, because a busy machine may not let a tool run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import EncodeStalled
from airflow_provider_media.core.media.errors import SourceUnreachable
from airflow_provider_media.core.patience import within

_LOOK_SECONDS = 5.0  # a look costs some milliseconds, and more where many processes run
_IDLE_SHARE = 0.05  # of one processor; a stalled tool still wakes twice a second to report, which takes a thousandth
_BUSY_FACTOR = 10.0  # CPU seconds that one thread may work without a result, per second that the tool may be idle
_ASK_SECONDS = 10.0
_ASK_BYTES = 64 * 1024
_TICKS = os.sysconf("SC_CLK_TCK")  # per second, the unit of /proc
_ACTIVE = frozenset("RTt")
"""States of threads that run, wait for a processor, or are stopped from outside: proc_pid_stat(5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Work of a tool's processes so far."""

    cpu: dict[int, float] = field(default_factory=dict)
    """CPU seconds by thread, or by process where the system does not report threads."""
    moved: int = 0
    """Bytes read and written."""
    is_active: bool = False
    """Whether a thread runs, waits for a processor, or is stopped from outside."""


class StallWatchdog:
    """Watchdog for a tool that does nothing for too long, or works forever without a result.

    Time in which a thread of the tool waits for a processor does not count. Time in which this process itself stands
    still does not count, either.

    :param pid: process id of the tool, or of the wrapper that started the tool.
    :param what: what the tool does, for the error.
    :param seconds: seconds for which the tool may do nothing.
    :param source: file that the tool reads, which may be the cause.
    :param progress: returns a value that changes with the tool's progress, beside the bytes that the tool moves.
    """

    def __init__(
        self, pid: int, *, what: str, seconds: float, source: Path | None, progress: Callable[[], object]
    ) -> None:
        self._pid, self._what, self._seconds, self._source, self._progress = pid, what, seconds, source, progress
        self._look_seconds = min(_LOOK_SECONDS, seconds / 8)
        self._looked = time.monotonic()
        self._seen = progress()
        self._before: Activity | None = None
        self._begun: dict[int, float] = {}
        self._most_moved = self._idle = 0.0

    def look(self, reported: int) -> None:
        """Record the tool's work since the last look.

        :param reported: bytes of the tool's reports so far; reports are no work, because a stalled tool may go on.
        :raises EncodeStalled: when the tool is stalled.
        :raises SourceUnreachable: when the tool waits for its source.
        """
        now = time.monotonic()
        if (elapsed := now - self._looked) < self._look_seconds:
            return
        self._looked = now
        if (seen := self._progress()) != self._seen:
            self._seen, self._before, self._idle = seen, None, 0.0
            return
        activity = activity_of(self._pid)
        if self._before is None or activity.moved - reported > self._most_moved:
            self._most_moved = max(self._most_moved, activity.moved - reported)
            self._begun, self._idle = activity.cpu, 0.0
        elif not self._has_worked(self._before, activity, elapsed):
            # However late this look is, the tool was seen idle only now: count one interval at most.
            self._idle += min(elapsed, self._look_seconds)
        self._before = activity
        self._judge(activity)

    def _has_worked(self, before: Activity, now: Activity, elapsed: float) -> bool:
        return now.is_active or sum(now.cpu.values()) - sum(before.cpu.values()) > _IDLE_SHARE * elapsed

    def _judge(self, activity: Activity) -> None:
        if self._idle > self._seconds:
            raise self._stalled()
        busy = max((cpu - self._begun.get(thread, 0.0) for thread, cpu in activity.cpu.items()), default=0.0)
        if busy > _BUSY_FACTOR * self._seconds:
            raise EncodeStalled(
                f"{self._what} made no progress in {busy:.0f} s of processor time and was stopped",
                cpu_seconds=round(busy),
            )

    def _stalled(self) -> MediaError:
        if source := self._source:
            try:
                within(_ASK_SECONDS, lambda: _read_on(self._pid, source))
            except OSError as error:
                return SourceUnreachable(f"{self._what} waited for the source, which cannot be read: {error.strerror}")
        return EncodeStalled(
            f"{self._what} made no progress for {self._seconds:g} s and was stopped", seconds=self._seconds
        )


def activity_of(pid: int) -> Activity:
    """Return the work of a process and its descendants, without those that have ended."""
    cpu: dict[int, float] = {}
    moved, is_active = 0, False
    for process in _tree(pid):
        with suppress(psutil.Error, OSError):
            moved += _moved(process)
        with suppress(psutil.Error, OSError):
            times, states = _threads(process)
            cpu |= times
            is_active |= bool(_ACTIVE & states)
    return Activity(cpu=cpu, moved=moved, is_active=is_active)


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _moved(process: psutil.Process) -> int:
    counters = getattr(process, "io_counters", None)  # macOS has none
    if counters is None:
        return 0
    done = counters()
    # Bytes of system calls, and bytes of pages that are read because a file is mapped or memory was swapped out.
    return int(done.read_chars + done.write_chars + done.read_bytes)


def _threads(process: psutil.Process) -> tuple[dict[int, float], set[str]]:
    """Return the CPU seconds by thread, and the states of threads."""
    if not psutil.LINUX:
        times = process.cpu_times()
        return {process.pid: times.user + times.system}, set()
    seconds: dict[int, float] = {}
    states: set[str] = set()
    for thread in Path(f"/proc/{process.pid}/task").iterdir():
        with suppress(OSError):  # the thread has ended meanwhile
            # The thread's name, before these fields, may hold spaces and parentheses.
            fields = (thread / "stat").read_text().rpartition(")")[2].split()
            seconds[int(thread.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
            states.add(fields[0])
    return seconds, states


def _read_on(pid: int, source: Path) -> None:
    """Read the source where a tool would read next; this blocks where the tool is blocked."""
    positions = set(_positions(pid, source))
    with source.open("rb") as file:
        for position in positions:
            file.seek(position)
            file.read(_ASK_BYTES)


def _positions(pid: int, source: Path) -> Iterator[int]:
    for process in _tree(pid):
        with suppress(OSError):
            for entry in Path(f"/proc/{process.pid}/fd").iterdir():
                if entry.exists() and entry.samefile(source):
                    yield int((entry.parent.parent / "fdinfo" / entry.name).read_text().split()[1])
