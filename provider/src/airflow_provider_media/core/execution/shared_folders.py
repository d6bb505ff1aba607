"""Folders shared by the processes of one machine: locks, disk space, and removal of unused folders."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from airflow_provider_media.core.storage.errors import StorageFull
from airflow_provider_media.core.storage.local import FULL

LOOK_SECONDS = 0.2
CURE = "make room, set [media] work_directory to a larger disk, or lower [media] limit_kept_source_bytes"


def locked_folder(folder: Path, how: int, raise_if_cancelled: Callable[[], None]) -> int:
    """Return a handle of a locked folder.

    The folder is made if it is missing, or if another process removed it while this one waited for the lock.
    """
    while True:
        make_folder(folder)
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            _wait_for_lock(handle, how, raise_if_cancelled)
            if _is_same(handle, folder):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is_same(handle: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False


def make_folder(folder: Path) -> None:
    """Make a folder, or mark an existing folder as in use.

    :raises StorageFull: when the folder's disk is full.
    """
    # Another process may remove the folder at the same moment: mkdir then finds it, and finds no folder when it looks
    # again.
    with disk_errors(folder), suppress(FileNotFoundError, FileExistsError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # marks the folder as used now


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the errors of a full disk into StorageFull; libraries that write files pass those errors on unchanged.

    :raises StorageFull: when the disk of the path is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StorageFull(f"The disk of {path} is full, or its quota is used up: {CURE}") from error


def make_room(size: int, parent: Path, *, limit: int) -> None:
    """Remove unused fetched sources, least recently used first, until the next source fits.

    :param size: size of the next source in bytes.
    :param parent: folder of all fetched sources.
    :param limit: size limit of all fetched sources together, in bytes.
    :raises StorageFull: when the disk is still too full for the next source.
    """
    if not parent.is_dir():
        return
    kept = sorted(_sizes(parent), key=lambda folder: folder[0])
    total = sum(bytes_ for _, _, bytes_ in kept)
    for _, folder, bytes_ in kept:
        if total + size <= limit and size <= shutil.disk_usage(parent).free:
            return
        if remove_unused(folder):
            total -= bytes_
    if size > (free := shutil.disk_usage(parent).free):
        raise StorageFull(
            f"The source has {size} bytes, and the disk of {parent} has {free} left: {CURE}", size=size, free=free
        )


def _sizes(parent: Path) -> Iterator[tuple[float, Path, int]]:
    """Yield the time of last use, the folder and the bytes of each fetched source."""
    for folder in parent.iterdir():
        with suppress(FileNotFoundError):
            yield folder.stat().st_mtime, folder, (folder / "source").stat().st_size


@contextmanager
def held(folder: Path, how: int, raise_if_cancelled: Callable[[], None]) -> Iterator[None]:
    """Hold a lock on a folder: shared for use, exclusive for filling.

    The kernel releases the lock when its holder dies.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait_for_lock(handle, how, raise_if_cancelled)
        yield
    finally:
        os.close(handle)


def _wait_for_lock(handle: int, how: int, raise_if_cancelled: Callable[[], None]) -> None:
    while not _locked(handle, how):
        raise_if_cancelled()
        time.sleep(LOOK_SECONDS)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_leftovers(parent: Path, after: float) -> None:
    """Remove folders that nobody holds and nobody has used for the given number of seconds."""
    for folder in parent.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > after:
                remove_unused(folder)


def remove_unused(folder: Path) -> bool:
    """Remove a folder unless somebody holds it; return whether the folder is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        if not _locked(handle, fcntl.LOCK_EX):
            return False
        if not _is_same(handle, folder):  # removed meanwhile, and perhaps made again by somebody who now holds it
            return not folder.exists()
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(handle)
