"""The sandbox of a tool that reads an untrusted file: what the tool may open, see, use and inherit."""

from __future__ import annotations

import math
import resource
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.core.ffmpeg.devices import shown_devices
from airflow_provider_media.core.ffmpeg.errors import ToolMissing
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.media.accepted import DEMUXERS
from airflow_provider_media.core.media.hardware import HardwareEncoder

FORMATS = ",".join(DEMUXERS)
"""ffmpeg's demuxers that may read a source."""


def input_guards(limits: Limits) -> tuple[str, ...]:
    """Return the options before ``-i file:source``, for ffmpeg and ffprobe alike."""
    return (
        "-protocol_whitelist", "file",  # a file that names http://, concat: or subfile: must not make ffmpeg follow it
        "-format_whitelist", FORMATS,  # ffmpeg would follow a playlist under a video's name to other people's files
        "-max_pixels", str(limits.pixels),  # a header of few bytes can claim a frame that takes gigabytes to decode
        "-max_streams", str(limits.streams),  # each stream costs a parser and a decoder
    )  # fmt: skip


INPUT_GUARDS = input_guards(Limits())
"""The guards of the default limits; probing refuses sources above narrower limits."""

SOURCE = "source"
"""Name of the source in a tool's directory: ffmpeg could read a user's own name as a protocol, pattern or option."""

NEUTRAL_ENVIRONMENT = {"LC_ALL": "C"}
"""Complete environment of a tool: no credentials, and messages in the language that diagnosis reads."""

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_OPEN_FILES = 256  # one per output and segment being written, with room to spare


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Start parameters of one process."""

    argv: tuple[str, ...]
    directory: Path
    """Working directory outside the sandbox."""
    source: Path | None
    enclosed: bool
    """Whether bubblewrap shows the source in the directory; otherwise a symbolic link does."""
    limits: tuple[tuple[int, int], ...]
    """Resource limits of the process, as number of the resource and value."""
    stall_seconds: float
    """Seconds for which the process may do nothing."""
    cpu_seconds: int | None
    """Seconds of processor time that the process may use; None for no limit."""


def enclose(
    argv: tuple[str, ...],
    *,
    directory: Path,
    source: Path | None,
    limits: Limits,
    bubblewrap: Path | None,
    require_sandbox: bool = False,
    cpu_seconds: float | None = None,
    hardware: Collection[HardwareEncoder] = (),
) -> Launch:
    """Put a command into its sandbox.

    :param argv: path of the tool, and its arguments with every path relative to ``directory``.
    :param directory: the only place that the tool may write to.
    :param source: file that the tool sees as ``source`` and cannot change.
    :param cpu_seconds: processor time that all threads of the tool together may use.
    :param hardware: hardware encoders whose devices the tool may use.
    :raises ToolMissing: when a sandbox is required and bubblewrap does not work here.
    """
    if require_sandbox and bubblewrap is None:
        raise ToolMissing(
            "a sandbox is required, but bubblewrap is missing or may not isolate processes here; install the package"
            " bubblewrap and allow user namespaces, or stop requiring it"
        )
    directory = directory.resolve()
    source = source.resolve() if source else None
    outer: tuple[str, ...] = ()
    if bubblewrap:
        outer = isolation(
            bubblewrap=bubblewrap, tool=Path(argv[0]), directory=directory, source=source, hardware=hardware
        )
    cpu = None if cpu_seconds is None else math.ceil(cpu_seconds)
    return Launch(
        argv=(*outer, *argv),
        directory=directory,
        source=source,
        enclosed=bool(bubblewrap),
        limits=(*resource_limits(limits, hardware=hardware), *([(resource.RLIMIT_CPU, cpu)] if cpu else [])),
        stall_seconds=limits.stall_seconds,
        cpu_seconds=cpu,
    )


def isolation(
    *,
    bubblewrap: Path,
    tool: Path,
    directory: Path | None = None,
    source: Path | None = None,
    hardware: Collection[HardwareEncoder] = (),
) -> tuple[str, ...]:
    """Return the arguments that run a command in bubblewrap (https://github.com/containers/bubblewrap, bwrap(1))."""
    argv = [
        str(bubblewrap),
        "--unshare-all",  # no network, no other processes, no shared memory
        "--die-with-parent",  # killing this process kills bubblewrap, which kills everything inside
        "--new-session",  # the tool cannot type into this process's terminal (CVE-2017-5226)
        # no reaper process between bubblewrap and the tool, so that the tool's CPU time is reported to this process
        "--as-pid-1",
        "--clearenv", "--setenv", "LC_ALL", "C",
        # its own null and urandom; no /proc: many containers forbid mounting it, and no tool here needs it
        "--dev", "/dev",
    ]  # fmt: skip
    argv += shown_devices(hardware)
    for path in _LIBRARIES:
        argv += ["--ro-bind-try", path, path]
    argv += ["--ro-bind", str(tool), str(tool)]
    if directory:
        argv += ["--bind", str(directory), "/w", "--chdir", "/w", "--setenv", "TMPDIR", "/w"]
    if source:
        argv += ["--ro-bind", str(source), f"/w/{SOURCE}"]
    return (*argv, "--")


def resource_limits(limits: Limits, *, hardware: Collection[HardwareEncoder] = ()) -> tuple[tuple[int, int], ...]:
    """Return the limits that the kernel enforces on a tool, for ``setrlimit``."""
    # CUDA reserves as much address space as the machine and its devices have memory, and starts with nothing less.
    memory = () if "nvenc" in hardware else ((resource.RLIMIT_AS, limits.memory),)
    return (
        *memory,
        (resource.RLIMIT_FSIZE, limits.output_bytes),  # endless frame duplication ends here before the disk is full
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),  # a core dump would hold the customer's video
    )
