"""Folders that processes of one machine share: locks on them, room for them, and an end for those that nobody uses."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from airflow_provider_media.core.errors import StorageFull
from airflow_provider_media.core.storage.local import FULL

LOOK_SECONDS = 0.2
CURE = "make room, set [media] work_directory to a larger disk, or lower [media] limit_kept_source_bytes"


def locked_folder(folder: Path, how: int, raise_if_cancelled: Callable[[], None]) -> int:
    """A handle of a folder with a lock on it; the folder is made where it is missing, or was removed while this one waited."""
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
    """Make a folder, or note that it is in use.

    :raises StorageFull: when its disk is full.
    """
    # Somebody may remove it at the same moment: mkdir then finds it, and finds no folder when it looks again.
    with disk_errors(folder), suppress(FileNotFoundError, FileExistsError):
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # it is in use for another day


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say of a full disk what it is: libraries that write a file leave the errors of its disk as they are.

    :raises StorageFull: when the disk of a path is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise StorageFull(f"The disk of {path} is full, or its quota is used up: {CURE}") from error


def make_room(size: int, parent: Path, *, limit: int) -> None:
    """Remove fetched sources that nobody uses, those first that were used longest ago, until one more fits.

    :param size: bytes of the source that is to be fetched.
    :param parent: folder of all fetched sources.
    :param limit: bytes of all of them together.
    :raises StorageFull: when the disk has no room for it even so.
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
        raise StorageFull(f"The source has {size} bytes, and the disk of {parent} has {free} left: {CURE}", size=size, free=free)


def _sizes(parent: Path) -> Iterator[tuple[float, Path, int]]:
    """When each fetched source was last used, its folder, and its bytes."""
    for folder in parent.iterdir():
        with suppress(FileNotFoundError):
            yield folder.stat().st_mtime, folder, (folder / "source").stat().st_size


@contextmanager
def held(folder: Path, how: int, raise_if_cancelled: Callable[[], None]) -> Iterator[None]:
    """A lock on a folder: shared for using it, exclusive for filling it. The kernel drops it when its holder dies."""
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
    """Remove the folders that nobody holds and nobody has used for so many seconds."""
    for folder in parent.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > after:
                remove_unused(folder)


def remove_unused(folder: Path) -> bool:
    """Whether a folder that nobody holds was removed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        if not _locked(handle, fcntl.LOCK_EX):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(handle)
