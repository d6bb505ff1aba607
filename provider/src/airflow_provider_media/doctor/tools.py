"""Tools of this machine, their sandbox, and their work directory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.doctor.check_result import CheckResult, error, ok, warning
from airflow_provider_media.hooks import settings

FREE_BYTES = 10 * 1024**3
"""Least free space of the work directory without a warning, in bytes.

It is enough for a two-hour film with its renditions.
"""
INSTALL_BUBBLEWRAP = (
    "Install bubblewrap (Debian: apt-get install bubblewrap); in a container also allow user namespaces."
)


def tools() -> Iterator[CheckResult]:
    """Check ffmpeg, ffprobe, Shaka Packager and the sandbox, and report their versions."""
    try:
        found = settings.toolchain()
    except MediaError as wrong:
        yield error(
            "tools",
            wrong.message,
            "Install the missing tool, or correct [media] ffmpeg_path, ffprobe_path or packager_path.",
        )
        return
    yield ok("ffmpeg", f"{found.ffmpeg_version} at {found.ffmpeg}")
    yield ok("ffprobe", f"{found.ffprobe_version} at {found.ffprobe}")
    yield ok("packager", f"{found.packager_version} at {found.packager}")
    if found.bubblewrap:
        yield ok("sandbox", f"tools run in {found.bubblewrap}")
    elif settings.require_sandbox():
        yield error("sandbox", "bubblewrap does not work here, and [media] require_sandbox is set", INSTALL_BUBBLEWRAP)
    else:
        yield warning(
            "sandbox", "bubblewrap does not work here: tools run with resource limits alone", INSTALL_BUBBLEWRAP
        )


def work_directory() -> Iterator[CheckResult]:
    """Check that the work directory is writable and has enough free space."""
    try:
        folder = settings.work_directory()
    except MediaError as wrong:
        yield error(
            "work directory", wrong.message, "Set [media] work_directory to a folder that Airflow's user may write to."
        )
        return
    free = shutil.disk_usage(folder).free
    room = f"{folder} has {free / 1024**3:.1f} GiB free"
    if not os.access(folder, os.W_OK | os.X_OK):
        yield error(
            "work directory",
            f"{folder} cannot be written to",
            "Give it to Airflow's user, or set [media] work_directory.",
        )
    elif free < FREE_BYTES:
        yield warning(
            "work directory",
            room,
            "Set [media] work_directory to a volume with room for the largest source and its outputs.",
        )
    else:
        yield ok("work directory", room)
