"""Runner of planned commands: ffmpeg with progress, Shaka Packager without."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from airflow_provider_media.core.ffmpeg.decode_check import VERBOSE, DecodeCheck
from airflow_provider_media.core.ffmpeg.diagnosis import diagnose
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.process import watch
from airflow_provider_media.core.ffmpeg.progress import Meter, Progress
from airflow_provider_media.core.ffmpeg.sandbox import enclose, input_guards
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.plans import Command

_FFMPEG_OPTIONS = (
    "-nostdin",  # never ask a question that nobody answers
    "-hide_banner",
    "-y",  # a killed attempt may have left a partial file in the private directory
    "-nostats", "-progress", "pipe:1",  # progress as lines for programs, not for terminals
    "-loglevel", "level+warning",  # each line states its level, for diagnosis; a command may ask for more lines
)  # fmt: skip
_LONGEST_ARGUMENT = 100_000  # Linux takes 128 KiB (MAX_ARG_STRLEN)
_GRAPH, _GRAPH_FILE = "-filter_complex", "filter_graph.txt"
_REPORT_SECONDS = 1.0
_LOOK_SECONDS = 0.5  # between checks for cancellation, each of which may cost a query


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Result of a successful command."""

    stderr: str
    """First and last lines of standard error."""
    seconds: float
    cpu_seconds: float


def run(
    command: Command,
    *,
    directory: Path,
    source: Path | None,
    toolchain: Toolchain,
    limits: Limits,
    name: str,
    check: DecodeCheck | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    require_sandbox: bool = False,
) -> Finished:
    """Run one command to its end, in any thread.

    :param directory: the command's own directory, the only place that the command can write to.
    :param source: the file that the command reads as ``file:source``.
    :param name: name of the command in progress and errors.
    :param check: reads ffmpeg's log, which is then verbose.
    :param report: called with progress, at most once a second and at the end.
    :param cancelled: called twice a second; True ends the command within ten seconds.
    :raises Cancelled: when ``cancelled`` returned True.
    :raises EncodeStalled: when the command did nothing for ``limits.stall_seconds``, although the machine would have
        let it run.
    :raises ResourceExhausted: when the command used more processor time than work of its length may.
    :raises MediaError: for every other failure, from :func:`~airflow_provider_media.core.ffmpeg.diagnosis.diagnose`.
    """
    launch = enclose(
        _argv(command, directory, toolchain, limits, more=VERBOSE if check else ()),
        directory=directory,
        source=source,
        limits=limits,
        bubblewrap=toolchain.bubblewrap,
        require_sandbox=require_sandbox,
        cpu_seconds=limits.cpu_seconds(command.duration),
        hardware={encode.encoder for encode in command.hardware},
    )
    guard = _Guard(command, name=name, report=report, cancelled=cancelled)
    ended = watch(
        launch,
        on_line=guard.line,
        is_kept=check.read if check else lambda _: True,
        tick=guard.tick,
        what=f"{name}: {command.tool}",
        progress=lambda: guard.moves,
    )
    if ended.returncode:
        raise diagnose(tool=command.tool, returncode=ended.returncode, stderr=ended.stderr, name=name)
    guard.finish()
    return Finished(stderr=ended.stderr, seconds=ended.seconds, cpu_seconds=ended.cpu_seconds)


def _argv(
    command: Command, directory: Path, toolchain: Toolchain, limits: Limits, *, more: Sequence[str]
) -> tuple[str, ...]:
    if command.tool == "packager":
        return (str(toolchain.packager), *command.arguments)
    return (str(toolchain.ffmpeg), *_FFMPEG_OPTIONS, *more, *_short(_guarded(command.arguments, limits), directory))


def _short(arguments: tuple[str, ...], directory: Path) -> tuple[str, ...]:
    """Move a long filter graph to a file: many watermarks over many pictures exceed the longest argument."""
    place = arguments.index(_GRAPH) + 1 if _GRAPH in arguments else 0
    if not place or len(arguments[place]) <= _LONGEST_ARGUMENT:
        return arguments
    (directory / _GRAPH_FILE).write_text(arguments[place])
    # With a slash before an option's name, ffmpeg reads its value from a file (https://ffmpeg.org/ffmpeg.html#Options).
    return (*arguments[: place - 1], f"-/{_GRAPH.lstrip('-')}", _GRAPH_FILE, *arguments[place + 1 :])


def _guarded(arguments: Sequence[str], limits: Limits) -> tuple[str, ...]:
    # Plans hold the guards of the default limits, so that content keys do not depend on a worker's configuration.
    options = input_guards(limits)
    guards = dict(zip(options[::2], options[1::2], strict=True))
    return tuple(guards.get(before, argument) for before, argument in zip(("", *arguments), arguments, strict=False))


class _Guard:
    """Watcher of one command: reports the command's progress, and ends the command on cancellation."""

    def __init__(
        self, command: Command, *, name: str, report: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        self.moves = 0
        """Number of reports that showed progress."""
        self._name = name
        self._report = report
        self._cancelled = cancelled
        self._meter = Meter(name=name, duration=command.duration)
        self._reported = time.monotonic()
        self._looked = 0.0

    def line(self, text: str) -> None:
        self.moves += self._meter.read(text)

    def tick(self) -> None:
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            if self._cancelled():
                raise Cancelled(f"{self._name} was cancelled")
        if self._meter.latest and now - self._reported >= _REPORT_SECONDS:
            self._reported = now
            self._report(self._meter.latest)

    def finish(self) -> None:
        latest = self._meter.latest or Progress(name=self._name, percent=100.0)
        self._report(replace(latest, percent=100.0, eta=0.0))
