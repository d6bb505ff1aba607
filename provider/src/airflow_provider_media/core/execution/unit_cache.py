"""Unit cache: finished work is found under its content key, whichever job or attempt made it.

A unit makes several artifacts at once, and each of them has a content key of its own. So a job finds the artifacts that
it shares with an earlier job, even if the two jobs group their artifacts differently.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.finished_work import (
    discard_files,
    find_finished,
    is_reusable,
    write_record,
)
from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import record_uri, unit_folder
from airflow_provider_media.core.publication.commit import (
    commit_if_absent,
    media_type_of,
    sha256_of,
    together,
    upload_all,
)
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.errors import StorageError


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedUnit:
    """Work that makes several artifacts, each with a content key."""

    keys: tuple[str, ...]
    name: str
    required: bool
    make: Callable[[Path], Sequence[str]]
    """Makes the files of all artifacts in a private directory; returns warnings."""
    verify: Callable[[str, Path], Sequence[VerifiedFile]]
    """Verifies and returns the files of the artifact with a content key."""
    make_some: Callable[[Path, Sequence[str]], Sequence[str]] | None = None
    """Makes only the files of the artifacts with these content keys; ``make`` makes them all when absent."""


def load_or_make(work: CachedWork, job: Job, engine: Engine) -> StageResult:
    """Load finished work from the unit cache; on a miss, do the work and store its files under its content key.

    :raises MediaError: when required work fails; optional work returns its error instead.
    :raises StorageError: when the files cannot be stored, for required and optional work.
    """
    files: list[VerifiedFile] = []

    def make(directory: Path) -> Sequence[str]:
        made, warnings = work.make(directory)
        files.extend(made)
        return warnings

    unit = CachedUnit(keys=(work.key,), name=work.name, required=work.required, make=make, verify=lambda *_: files)
    (result,) = load_or_make_unit(unit, job, engine)
    return result


def load_or_make_unit(work: CachedUnit, job: Job, engine: Engine) -> tuple[StageResult, ...]:
    """Load all artifacts of a unit from the unit cache; make and store those that are missing.

    A verified artifact is stored and kept even if another one is refused.

    :return: one result for each content key, in order.
    :raises MediaError: when required work fails; optional work returns its error instead, for each content key.
    :raises StorageError: when the files cannot be stored, for required and optional work.
    """
    engine.raise_if_cancelled()
    finished = find_finished(work.keys, job, engine, is_used=True)
    if len(finished) == len(work.keys):
        engine.report(Progress(name=work.name, percent=100.0))
        return tuple(replace(finished[key], name=work.name, reused=True) for key in work.keys)
    try:
        return _make(work, finished, job, engine)
    except (Cancelled, StorageError):
        raise
    except MediaError as error:
        if work.required:
            raise
        return tuple(StageResult(key=key, name=work.name, error=error.to_json()) for key in work.keys)


def _make(work: CachedUnit, finished: Mapping[str, StageResult], job: Job, engine: Engine) -> tuple[StageResult, ...]:
    began = time.monotonic()
    missing = [key for key in work.keys if key not in finished]
    with attempt(engine) as directory:
        make_some = work.make_some if finished else None
        warnings = tuple(make_some(directory, missing) if make_some else work.make(directory))
        checked = together(lambda key: _checked(work, key, directory), missing, workers=os.cpu_count() or 1)
        engine.raise_if_cancelled()
        verified = {
            key: files for key, files in zip(missing, checked, strict=True) if not isinstance(files, MediaError)
        }
        kept = _keep(verified, directory, job, engine)
    seconds = round((time.monotonic() - began) / len(missing), 3)
    made = [replace(result, name=work.name, warnings=warnings, seconds=seconds) for result in kept]
    stored = {result.key: result for result in together(lambda result: _commit(result, job, engine), made)}
    if failures := [outcome for outcome in checked if isinstance(outcome, MediaError)]:
        raise failures[0]
    return tuple(finished.get(key) or stored[key] for key in work.keys)


def _checked(work: CachedUnit, key: str, directory: Path) -> Sequence[VerifiedFile] | MediaError:
    """Return the verified files of an artifact, or why they are refused: the other artifacts may be good."""
    try:
        return work.verify(key, directory)
    except (Cancelled, StorageError):
        raise
    except MediaError as error:
        return error


def _keep(
    verified: Mapping[str, Sequence[VerifiedFile]], directory: Path, job: Job, engine: Engine
) -> list[StageResult]:
    """Store the files of artifacts, by content key; return a result of each artifact."""
    results = []
    for key, files in verified.items():
        # Another attempt may do the same work: each attempt keeps its files apart, and only the recorded files are ever
        # read.
        folder = f"{unit_folder(job.output, key)}{uuid.uuid4().hex}/"
        made = tuple(_entry(file, directory, folder) for file in files)
        results.append(StageResult(key=key, name=key, made=made, job=job.id))
    entries = list(chain.from_iterable(result.made for result in results))
    stored = upload_all(
        engine.storages(job.output), [(directory / entry.file, entry.uri, entry.sha256) for entry in entries]
    )
    versions = {entry.uri: info.version for entry, info in zip(entries, stored, strict=True)}
    return [replace(result, versions={made.file: versions[made.uri] for made in result.made}) for result in results]


def _entry(file: VerifiedFile, directory: Path, folder: str) -> ManifestEntry:
    name = file.path.relative_to(directory).as_posix()
    return ManifestEntry(
        output=file.output,
        file=name,
        uri=folder + name,
        size=file.path.stat().st_size,
        sha256=sha256_of(file.path),
        media_type=media_type_of(name),
        facts=dict(file.facts),
    )


def _commit(result: StageResult, job: Job, engine: Engine) -> StageResult:
    """Store a result unless another attempt has stored one that this job may use; return the stored result."""
    storage = engine.storages(job.output)
    record = record_uri(job.output, result.key)
    content, won = commit_if_absent(storage, record, json.dumps(to_json(result)).encode())
    winner = from_json(StageResult, json.loads(content))
    if won or is_reusable(winner, job):
        if not won:
            discard_files(result, storage)
        return winner
    # The files of the other job stay, because that job may be publishing them.
    write_record(result, job, engine)
    return result
