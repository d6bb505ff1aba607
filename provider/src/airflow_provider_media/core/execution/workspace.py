"""Local files of one attempt: its private directory, and the source that all attempts on this machine share."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_media.core.execution.shared_folders import (
    disk_errors,
    held,
    locked_folder,
    make_folder,
    make_room,
    remove_leftovers,
)
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.errors import (
    SourceEmpty,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnreachable,
)
from airflow_provider_media.core.media.uri import is_on_web, local_path, redact
from airflow_provider_media.core.patience import STALL_SECONDS, within
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, StorageForbidden, StorageFull
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo

SOURCES_AFTER = 24 * 3600.0
"""Seconds for which an unused fetched source is kept for the next job."""
ATTEMPTS_AFTER = 60.0
"""Age in seconds at which a killed attempt's directory is removed; longer than between making and locking one."""


@contextmanager
def attempt(engine: Engine) -> Iterator[Path]:
    """Yield a private directory for one attempt; the directory is removed however the attempt ends."""
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
    """Yield a source as a file that tools can open within the block; a source is fetched once per machine and version.

    :param version: required version; any version if absent.
    :raises SourceError: when the source is missing, empty, forbidden, over the size limit, or no longer of the required
        version.
    """
    info = source_info(uri, engine, version=version)
    if (path := local_path(uri)) is not None:
        _require_readable(uri, path)
        yield path
        # Tools read the file in place. If the file changed meanwhile, their results must not count.
        source_info(uri, engine, version=info.version)
        return
    with _fetched(uri, info.version, engine) as path:
        yield path


def source_info(uri: str, engine: Engine, *, version: str | None = None) -> ObjectInfo:
    """Return the facts of a source that may be processed.

    A source on the web is fetched at this point: a metadata request costs as much as the first bytes, and a URL may be
    signed for one request only. From then on this machine answers from its copy, which has the required version.

    :param version: required version; any version if absent.
    :raises SourceError: when the source is missing, empty, forbidden, over the size limit, or no longer of the required
        version.
    """
    if is_on_web(uri):
        return _web_source_info(uri, version, engine)
    with as_source_errors(uri):
        info = engine.storages(uri).head(uri)
    _check(uri, info, version, engine)
    return info


def _check(uri: str, info: ObjectInfo, version: str | None, engine: Engine) -> None:
    if info.size == 0:
        raise SourceEmpty(f"{redact(uri)} has no bytes: upload it again and wait until the upload has ended")
    if info.size > (limit := engine.limits.source_bytes):
        raise SourceTooLarge(
            f"{redact(uri)} has {info.size} bytes; at most {limit} are allowed", size=info.size, limit=limit
        )
    if version and info.version != version:
        raise SourceNotFound(
            f"{redact(uri)} has changed since the job was submitted: submit a new job for the new version"
        )


def _require_readable(uri: str, path: Path) -> None:
    if not os.access(path, os.R_OK):
        raise SourceForbidden(
            f"{uri} may not be read by this process: check the owner and the mode of the file and its folders"
        )
    try:
        # A mount whose server is gone blocks every reader for ever; here an error can still be raised.
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
    """A version of a source that this machine already has.

    :param version: version of the source.
    """

    def __init__(self, version: str) -> None:
        self.version = version


def _fetch_present(uri: str, engine: Engine) -> str:
    """Fetch the current version of a source from the web, unless this machine has it already; return the version."""

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
    """Return a handle of a source's folder; fetch the source if it is missing.

    The source stays until the handle is closed.
    """
    while True:
        if not path.exists():
            filling = locked_folder(path.parent, fcntl.LOCK_EX, engine.raise_if_cancelled)
            try:
                if not path.exists():  # another process may have fetched it during the wait
                    _fetch(uri, version, path, engine)
            finally:
                os.close(filling)
        handle = locked_folder(path.parent, fcntl.LOCK_SH, engine.raise_if_cancelled)
        if path.exists():  # another process may have removed it, to make room, before the lock
            return handle
        os.close(handle)


def is_fetched(uri: str, version: str | None, engine: Engine) -> bool:
    """Return whether this machine has a version of a source."""
    return version is not None and _place(uri, version, engine).exists()


def _place(uri: str, version: str, engine: Engine) -> Path:
    return engine.directory / "sources" / digest([uri, version]) / "source"


def _fetch(uri: str, version: str, path: Path, engine: Engine) -> None:
    part = path.with_name("part")
    part.unlink(missing_ok=True)  # left by a killed attempt
    try:
        info = _download(uri, part, engine, lambda info: _check(uri, info, version, engine))
        if info.version != version:
            raise SourceUnreachable(
                f"{redact(uri)} was replaced while it was fetched: wait until its upload has ended and try again"
            )
        _keep(part, path)
    finally:
        part.unlink(missing_ok=True)


def _download(uri: str, part: Path, engine: Engine, check: Check) -> ObjectInfo:
    def make_ready(info: ObjectInfo) -> None:
        if is_on_web(uri):  # other storages were checked before
            check(info)
        make_room(info.size, engine.directory / "sources", limit=engine.limits.kept_source_bytes)

    with as_source_errors(uri), disk_errors(part):
        info = engine.storages(uri).download(
            uri, part, progress=lambda _: engine.raise_if_cancelled(), check=make_ready
        )
    if info.size != part.stat().st_size:
        raise SourceUnreachable(
            f"{redact(uri)} has {info.size} bytes, of which {part.stat().st_size} arrived: try again"
        )
    _check(uri, info, None, engine)
    return info


def _keep(part: Path, path: Path) -> None:
    # Content before name: after a power cut, a reader trusts the content of every name.
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(path)


@contextmanager
def as_source_errors(uri: str) -> Iterator[None]:
    """Raise errors about a source for errors of its storage, which name an object: submitters need these.

    :raises SourceError: when the source is missing or forbidden, or could not be fetched.
    """
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
