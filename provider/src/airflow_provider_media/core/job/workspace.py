"""Local places of one attempt: its private directory, and the source shared by all attempts on this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
)
from airflow_provider_media.core.job.model import Engine, Job
from airflow_provider_media.core.media.uri import local_path, redact
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.storage.base import ObjectInfo, Storage

LEFTOVERS_AFTER = 24 * 3600.0
"""Seconds after which an unused source, or the directory of an attempt that was killed, is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSource:
    """A source that tools can open."""

    path: Path
    info: ObjectInfo


@contextmanager
def attempt(engine: Engine) -> Iterator[Path]:
    """A private directory for one attempt, gone when it ends however it ends."""
    parent = engine.directory / "attempts"
    parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(parent)
    directory = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def local_source(job: Job, engine: Engine) -> LocalSource:
    """The job's source as a local file, fetched once per machine and version.

    :raises SourceError: when it is missing, empty, forbidden, over the size limit, or no longer what was submitted.
    """
    with _as_source_errors(job.source):
        storage = engine.storages(job.source)
        info = storage.head(job.source)
    _check(job, info, engine.limits.source_bytes)
    if (path := local_path(job.source)) is not None:
        return LocalSource(path=path, info=info)
    folder = engine.directory / "sources"
    path = folder / digest([job.source, info.version]) / "source"
    if not path.exists():
        _remove_leftovers(folder)
        _fetch(storage, job.source, path)
    with suppress(FileNotFoundError):
        os.utime(path.parent)
    return LocalSource(path=path, info=info)


def _check(job: Job, info: ObjectInfo, limit: int) -> None:
    if info.size == 0:
        raise SourceEmpty(f"{redact(job.source)} has no bytes: upload it again and wait until the upload has ended")
    if info.size > limit:
        raise SourceTooLarge(f"{redact(job.source)} has {info.size} bytes; at most {limit} are allowed", size=info.size, limit=limit)
    if job.source_version and info.version != job.source_version:
        raise SourceNotFound(f"{redact(job.source)} has changed since the job was submitted: submit a new job for the new version")


def _fetch(storage: Storage, uri: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    part = Path(name)
    part.unlink()
    try:
        with _as_source_errors(uri):
            storage.download(uri, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _as_source_errors(uri: str) -> Iterator[None]:
    # A storage speaks of objects; whoever submitted a job wants to hear of the source.
    try:
        yield
    except ObjectNotFound:
        raise SourceNotFound(f"there is no source at {redact(uri)}: check bucket, key and spelling") from None
    except StorageForbidden:
        raise SourceForbidden(f"{redact(uri)} may not be read: check the connection's permissions") from None
    except StorageError as error:
        raise SourceUnreachable(f"{redact(uri)} could not be fetched: {error.message}") from error


def _remove_leftovers(folder: Path) -> None:
    if not folder.exists():
        return
    for entry in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - entry.stat().st_mtime > LEFTOVERS_AFTER:
                shutil.rmtree(entry, ignore_errors=True)
