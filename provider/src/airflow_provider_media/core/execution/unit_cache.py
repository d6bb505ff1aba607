"""Unit cache: finished work is found under its content key, whichever job or attempt made it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import RECORD_BYTES, unit_folder
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.publication.commit import (
    commit_if_absent,
    media_type_of,
    sha256_of,
    together,
    upload_all,
)
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError
from airflow_provider_media.core.storage.protocol import Storage

RECORD = "done.json"
"""Name of the document whose existence says that a unit or package is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFile:
    """A verified file in an attempt's directory."""

    output: str
    path: Path
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedWork:
    """Work with a content key."""

    key: str
    name: str
    required: bool
    make: Callable[[Path], tuple[Sequence[VerifiedFile], Sequence[str]]]
    """Makes and verifies the files in a private directory; returns the files and warnings."""


def load_or_make(work: CachedWork, job: Job, engine: Engine) -> StageResult:
    """Load finished work from the unit cache; on a miss, do the work and store its files under its content key.

    :raises MediaError: when required work fails; optional work returns its error instead.
    :raises StorageError: when the files cannot be stored, for required and optional work.
    """
    engine.raise_if_cancelled()
    storage = engine.storages(job.output)
    record = unit_folder(job.output, work.key) + RECORD
    if earlier := _recorded(storage, record):
        engine.report(Progress(name=work.name, percent=100.0))
        return replace(earlier, name=work.name, reused=True)
    try:
        result = _make(work, job, engine)
    except (Cancelled, StorageError):
        raise
    except MediaError as error:
        if work.required:
            raise
        return StageResult(key=work.key, name=work.name, error=error.to_json())
    winner, won = commit_if_absent(storage, record, json.dumps(to_json(result)).encode())
    if not won:
        _discard(result, storage)
    return from_json(StageResult, json.loads(winner))


def load_result(key: str, job: Job, engine: Engine) -> StageResult:
    """Return the result of the finished work of a content key.

    :raises ObjectNotFound: when the work is not finished.
    """
    content = engine.storages(job.output).read(unit_folder(job.output, key) + RECORD, limit=RECORD_BYTES)
    return from_json(StageResult, json.loads(content))


def _make(work: CachedWork, job: Job, engine: Engine) -> StageResult:
    began = time.monotonic()
    with attempt(engine) as directory:
        files, warnings = work.make(directory)
        engine.raise_if_cancelled()
        # Another attempt may do the same work: each attempt keeps its files apart, and only the recorded files are ever
        # read.
        made = _keep(
            files, directory, f"{unit_folder(job.output, work.key)}{uuid.uuid4().hex}/", engine.storages(job.output)
        )
    return StageResult(
        key=work.key, name=work.name, made=made, warnings=tuple(warnings), seconds=round(time.monotonic() - began, 3)
    )


def _keep(files: Sequence[VerifiedFile], directory: Path, folder: str, storage: Storage) -> tuple[ManifestEntry, ...]:
    made = []
    for file in files:
        name = file.path.relative_to(directory).as_posix()
        made.append(
            ManifestEntry(
                output=file.output,
                file=name,
                uri=folder + name,
                size=file.path.stat().st_size,
                sha256=sha256_of(file.path),
                media_type=media_type_of(name),
                facts=dict(file.facts),
            )
        )
    upload_all(storage, [(directory / item.file, item.uri, item.sha256) for item in made])
    return tuple(made)


def _recorded(storage: Storage, record: str) -> StageResult | None:
    """Return the result of an earlier attempt; delete a record that is unreadable or whose files are missing."""
    with suppress(ObjectNotFound):
        content = storage.read(record, limit=RECORD_BYTES)
        # ValueError: another version of this package wrote it.
        with suppress(ValueError):
            result = from_json(StageResult, json.loads(content))
            if _is_whole(result, storage, record):
                return result
        storage.delete(record)
    return None


def _is_whole(result: StageResult, storage: Storage, record: str) -> bool:
    # One listing instead of one request per segment; a lifecycle rule of the bucket, or a person, may have removed
    # files.
    stored = {str(parse(info.uri)): info.size for info in storage.list(record.removesuffix(RECORD))}
    return all(stored.get(str(parse(made.uri))) == made.size for made in result.made)


def _discard(result: StageResult, storage: Storage) -> None:
    def delete(made: ManifestEntry) -> None:
        with suppress(MediaError):
            storage.delete(made.uri)

    together(delete, result.made)
