"""Files of this machine, or of a mounted file system, as objects: ``file:///path`` and plain paths."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import IO

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.media.uri import Uri, parse
from airflow_provider_media.core.patience import STALL_SECONDS, within
from airflow_provider_media.core.storage.errors import (
    AlreadyExists,
    ObjectNotFound,
    StorageError,
    StorageForbidden,
    StorageFull,
    UploadFailed,
    changed,
)
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo, Progress

PART_PREFIX = ".part-"
"""Prefix of the names of unfinished files; such files are no objects."""
CHUNK = 1024 * 1024
NO_HARD_LINK = {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class LocalStorage:
    """Files as objects; each file is written beside its final place and moved there atomically.

    A file system has no place for media types and metadata, so they are not kept.

    :param stall_seconds: how long a file system may take for one operation of ``head`` or ``download``.
    """

    def __init__(self, *, stall_seconds: float = STALL_SECONDS) -> None:
        self._stall_seconds = stall_seconds

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of one file."""
        with _errors(uri):
            path = _path(uri)
            stat = within(self._stall_seconds, path.stat)
            if not S_ISREG(stat.st_mode):
                raise ObjectNotFound(f"There is no file {uri}.")
            return _info(uri, stat)

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Yield the files whose path begins with the URI's path, in the order of their paths."""
        prefix = parse(uri).path
        top = prefix.rpartition("/")[0] or "/"
        for path in sorted(found for found in _files(top) if found.startswith(prefix)):
            with suppress(ObjectNotFound):  # deleted since the folder was read
                yield self.head(str(Uri(scheme="file", key=path.lstrip("/"))))

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """Return the whole content of a small file."""
        info = self.head(uri)
        if info.size > limit:
            raise StorageError(f"{uri} has {info.size} bytes; at most {limit} are read at once.")
        with _errors(uri):
            return _path(uri).read_bytes()

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return so many bytes of a file from a position on, if the file has this version before and after."""

        def read() -> bytes:
            with _path(uri).open("rb") as file:
                file.seek(start)
                versions = {_version(os.fstat(file.fileno()))}
                content = file.read(length)
                versions.add(_version(os.fstat(file.fileno())))
            if versions != {version}:
                raise changed(uri)
            return content

        with _errors(uri):
            return within(self._stall_seconds, read)

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Copy one file into a new one.

        :raises StorageError: when the file changes meanwhile, or its file system does not respond.
        """
        before = self.head(uri)
        if check:
            check(before)
        with _errors(uri), _patient_reader(_path(uri), self._stall_seconds) as read, _part(path) as (part, sink):
            _pump(read, sink, progress)
            if self.head(uri) != before or part.stat().st_size != before.size:
                raise changed(uri)
            _move(part, path)
        return before

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Store a file; its checksum is verified before the file becomes visible."""
        target = _path(uri)
        with _errors(uri), path.open("rb") as source, _part(target) as (part, sink):
            if _pump(lambda: source.read(CHUNK), sink) != sha256:
                raise UploadFailed(f"{path.name} is not what its checksum says; it was not stored at {uri}.")
            _move(part, target)
        return self.head(uri)

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small file."""
        target = _path(uri)
        with _errors(uri), _part(target) as (part, sink):
            sink.write(content)
            sink.flush()
            (_link if if_absent else _move)(part, target)
        return self.head(uri)

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy by a hard link if the file system supports them; stored files are replaced, never changed in place."""
        self.head(source)
        origin, path = _path(source), _path(target)
        with _errors(source), _part(path) as (part, sink):
            if not _linked(origin, part):
                with origin.open("rb") as stream:
                    _pump(lambda: stream.read(CHUNK), sink)
            _move(part, path)
        return self.head(target)

    def delete(self, uri: str) -> None:
        """Remove one file."""
        with _errors(uri):
            _path(uri).unlink(missing_ok=True)


def _path(uri: str) -> Path:
    return Path(parse(uri).path)


def _info(uri: str, stat: os.stat_result) -> ObjectInfo:
    return ObjectInfo(uri=uri, size=stat.st_size, version=_version(stat), modified=stat.st_mtime)


def _version(stat: os.stat_result) -> str:
    # The inode distinguishes two files of one size that replaced each other within the resolution of the clock.
    return f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ino}"


def _files(top: str) -> Iterator[str]:
    for folder, _, names in os.walk(top):
        yield from (str(Path(folder, name)) for name in names if not name.startswith(PART_PREFIX))


@contextmanager
def _patient_reader(path: Path, seconds: float) -> Iterator[Callable[[], bytes]]:
    """Yield a function that reads a file in chunks, each within a number of seconds."""
    # Unbuffered, because a hanging read would keep the buffer's lock.
    source = within(seconds, lambda: path.open("rb", buffering=0))
    try:
        yield lambda: within(seconds, lambda: source.read(CHUNK))
    finally:
        # Closing may hang as well, and nothing depends on it.
        threading.Thread(target=_close, args=(source,), daemon=True).start()


def _close(source: IO[bytes]) -> None:
    with suppress(OSError):
        source.close()


@contextmanager
def _part(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Yield a new file beside the target; the file is removed at the end unless it was moved to the target."""
    _make_folder(target.parent)
    part = target.parent / f"{PART_PREFIX}{secrets.token_hex(8)}"
    try:
        with part.open("xb") as sink:
            yield part, sink
    finally:
        # Needed after success too: a rename between two links of one file does nothing and leaves both.
        part.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, FileNotFoundError, NotADirectoryError):
        # Not ObjectNotFound or AlreadyExists: a part of the path is a file, or is in a place where no folder can be
        # made.
        raise StorageError(f"The folder {folder} cannot be made; check every part of its path.") from None


def _move(part: Path, target: Path) -> None:
    _settle(part, target, os.replace)


def _link(part: Path, target: Path) -> None:
    _settle(part, target, os.link)


def _settle(part: Path, target: Path, place: Callable[[Path, Path], None]) -> None:
    """Give a finished file its final name: content before name, so that a power cut leaves the whole file or none."""
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    place(part, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _linked(origin: Path, part: Path) -> bool:
    """Make the part a hard link to the origin's file; return whether that was possible."""
    name = part.with_name(f"{part.name}-link")
    try:
        os.link(origin, name)
    except OSError as error:
        if error.errno in NO_HARD_LINK:
            return False
        raise
    name.replace(part)
    return True


def _pump(read: Callable[[], bytes], sink: IO[bytes], progress: Progress | None = None) -> str:
    """Copy from a reader in chunks and return the SHA-256 of the content."""
    digest, done = hashlib.sha256(), 0
    while chunk := read():
        digest.update(chunk)
        sink.write(chunk)
        done += len(chunk)
        if progress:
            progress(done)
    sink.flush()
    return digest.hexdigest()


@contextmanager
def _errors(uri: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _translated(error, uri) from error


def _translated(error: OSError, uri: str) -> MediaError:
    match error:
        case FileExistsError():
            return AlreadyExists(f"There is a file {uri} already.")
        case FileNotFoundError() | IsADirectoryError() | NotADirectoryError():
            return ObjectNotFound(f"There is no file {uri}.")
        case PermissionError():
            return StorageForbidden(
                f"This process may not access {uri}; check the owner and the mode of the file and its folders."
            )
    if error.errno in FULL:
        return StorageFull(f"The disk of {uri} is full, or its quota is used up; make room and try again.")
    return StorageError(f"{uri} failed: {error.strerror or error}.")
