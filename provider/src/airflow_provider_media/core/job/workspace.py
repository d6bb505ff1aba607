"""Local places of one attempt: its private directory, and the source shared by all attempts on this machine."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_media.core.errors import (
    ObjectNotFound,
    SourceEmpty,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnreachable,
    StorageError,
    StorageForbidden,
    StorageFull,
)
from airflow_provider_media.core.job.model import Engine
from airflow_provider_media.core.job.shared_folders import disk_errors, held, locked_folder, make_folder, make_room, remove_leftovers
from airflow_provider_media.core.media.uri import is_on_web, local_path, redact
from airflow_provider_media.core.patience import STALL_SECONDS, within
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo

SOURCES_AFTER = 24 * 3600.0
"""Seconds for which a fetched source that nobody uses is kept for the next job."""
ATTEMPTS_AFTER = 60.0
"""Seconds after which the directory of an attempt that was killed is removed: more than lie between making and holding one."""


@contextmanager
def attempt(engine: Engine) -> Iterator[Path]:
    """A private directory for one attempt, gone when it ends however it ends."""
    parent = engine.directory / "attempts"
    with disk_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(parent, ATTEMPTS_AFTER)
        directory = Path(tempfile.mkdtemp(dir=parent))
    try:
        with held(directory, fcntl.LOCK_SH, engine.raise_if_cancelled):
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def source_file(uri: str, engine: Engine, *, version: str | None = None) -> Iterator[Path]:
    """A source as a file that tools can open while the block lasts, fetched once per machine and version.

    :param version: the version that is wanted; any where absent.
    :raises SourceError: when it is missing, empty, forbidden, over the size limit, or no longer what was wanted.
    """
    info = source_info(uri, engine, version=version)
    if (path := local_path(uri)) is not None:
        _require_readable(uri, path)
        yield path
        # Tools read it in its own place: what they made of a file that changed meanwhile must not count.
        source_info(uri, engine, version=info.version)
        return
    with _fetched(uri, info.version, engine) as path:
        yield path


def source_info(uri: str, engine: Engine, *, version: str | None = None) -> ObjectInfo:
    """Facts of a source that may be worked on.

    A source on the web is fetched on that occasion: a question about it costs as much as its first bytes, and a URL may
    be signed for one request. From then on this machine answers from its copy, which is of the version that was wanted.

    :param version: the version that is wanted; any where absent.
    :raises SourceError: when it is missing, empty, forbidden, over the size limit, or no longer what was wanted.
    """
    if is_on_web(uri):
        return _web_source_info(uri, version, engine)
    with _as_source_errors(uri):
        info = engine.storages(uri).head(uri)
    _check(uri, info, version, engine)
    return info


def _check(uri: str, info: ObjectInfo, version: str | None, engine: Engine) -> None:
    if info.size == 0:
        raise SourceEmpty(f"{redact(uri)} has no bytes: upload it again and wait until the upload has ended")
    if info.size > (limit := engine.limits.source_bytes):
        raise SourceTooLarge(f"{redact(uri)} has {info.size} bytes; at most {limit} are allowed", size=info.size, limit=limit)
    if version and info.version != version:
        raise SourceNotFound(f"{redact(uri)} has changed since the job was submitted: submit a new job for the new version")


def _require_readable(uri: str, path: Path) -> None:
    if not os.access(path, os.R_OK):
        raise SourceForbidden(f"{uri} may not be read by this process: check the owner and the mode of the file and its folders")
    try:
        # A mount whose server is gone holds for ever whoever reads from it: here somebody can still say so.
        within(STALL_SECONDS, lambda: _read_ends(path))
    except OSError as error:
        raise SourceUnreachable(f"{uri} cannot be read: {error.strerror}") from error


def _read_ends(path: Path) -> None:
    with path.open("rb") as file:
        file.read(1)
        file.seek(-1, os.SEEK_END)
        file.read(1)


def _web_source_info(uri: str, version: str | None, engine: Engine) -> ObjectInfo:
    if version is None:
        version = _fetch_present(uri, engine)
    with _fetched(uri, version, engine) as path:
        return ObjectInfo(uri=redact(uri), size=path.stat().st_size, version=version)


class _IsHere(Exception):
    """A version that this machine has already.

    :param version: of the source.
    """

    def __init__(self, version: str) -> None:
        self.version = version


def _fetch_present(uri: str, engine: Engine) -> str:
    """Fetch a source from the web as it is now, unless this machine has it already, and answer with its version."""

    def check(info: ObjectInfo) -> None:
        _check(uri, info, None, engine)
        if _place(uri, info.version, engine).exists():
            raise _IsHere(info.version)

    with attempt(engine) as directory:
        try:
            info = _download(uri, directory / "source", engine, check)
        except _IsHere as here:
            return here.version
        place = _place(uri, info.version, engine)
        handle = locked_folder(place.parent, fcntl.LOCK_EX, engine.raise_if_cancelled)
        try:
            _keep(directory / "source", place)
        finally:
            os.close(handle)
        return info.version


@contextmanager
def _fetched(uri: str, version: str, engine: Engine) -> Iterator[Path]:
    path = _place(uri, version, engine)
    make_folder(path.parent)
    remove_leftovers(path.parent.parent, SOURCES_AFTER)
    handle = _hold_source(uri, version, path, engine)
    try:
        yield path
    finally:
        os.close(handle)


def _hold_source(uri: str, version: str, path: Path, engine: Engine) -> int:
    """A handle of a source's folder that keeps the source there until it is closed; the source is fetched where it is missing."""
    while True:
        if not path.exists():
            filling = locked_folder(path.parent, fcntl.LOCK_EX, engine.raise_if_cancelled)
            try:
                if not path.exists():  # another one may have fetched it while this one waited
                    _fetch(uri, version, path, engine)
            finally:
                os.close(filling)
        handle = locked_folder(path.parent, fcntl.LOCK_SH, engine.raise_if_cancelled)
        if path.exists():  # it may have been removed, to make room for another one, before this one held it
            return handle
        os.close(handle)


def _place(uri: str, version: str, engine: Engine) -> Path:
    return engine.directory / "sources" / digest([uri, version]) / "source"


def _fetch(uri: str, version: str, path: Path, engine: Engine) -> None:
    part = path.with_name("part")
    part.unlink(missing_ok=True)  # left by an attempt that was killed
    try:
        info = _download(uri, part, engine, lambda info: _check(uri, info, version, engine))
        if info.version != version:
            raise SourceUnreachable(f"{redact(uri)} was replaced while it was fetched: wait until its upload has ended and try again")
        _keep(part, path)
    finally:
        part.unlink(missing_ok=True)


def _download(uri: str, part: Path, engine: Engine, check: Check) -> ObjectInfo:
    def make_ready(info: ObjectInfo) -> None:
        if is_on_web(uri):  # other storages have been asked already
            check(info)
        make_room(info.size, engine.directory / "sources", limit=engine.limits.kept_source_bytes)

    with _as_source_errors(uri), disk_errors(part):
        info = engine.storages(uri).download(uri, part, progress=lambda _: engine.raise_if_cancelled(), check=make_ready)
    if info.size != part.stat().st_size:
        raise SourceUnreachable(f"{redact(uri)} has {info.size} bytes, of which {part.stat().st_size} arrived: try again")
    _check(uri, info, None, engine)
    return info


def _keep(part: Path, path: Path) -> None:
    # Content before name: after a power cut, whoever finds the name trusts the content.
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(path)


@contextmanager
def _as_source_errors(uri: str) -> Iterator[None]:
    # A storage speaks of objects; whoever submitted a job wants to hear of the source.
    try:
        yield
    except ObjectNotFound:
        raise SourceNotFound(f"there is no source at {redact(uri)}: check bucket, key and spelling") from None
    except StorageForbidden:
        raise SourceForbidden(f"{redact(uri)} may not be read: check the connection's permissions") from None
    except StorageFull:
        raise
    except StorageError as error:
        raise SourceUnreachable(f"{redact(uri)} could not be fetched: {error.message}") from error
