"""Finished work below an output location: its records, and whether its files are still those that were stored."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.cache_limits import USE_NOTED_SECONDS
from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import RECORD_BYTES, record_uri, unit_folder
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.publication.commit import sha256_of, together
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.storage.protocol import ObjectInfo, Storage


def find_finished(keys: Collection[str], job: Job, engine: Engine, *, is_used: bool = False) -> dict[str, StageResult]:
    """Return the results of those content keys that are finished and that a job may use, after a look at the files.

    :param is_used: whether the job uses what is found now. Then a record that is unreadable, or whose files are missing
        or changed, is deleted with its files, and the use of a whole one is noted. Otherwise nothing is changed.
    """
    names = tuple(keys)
    found = together(lambda key: _find(key, job, engine, is_used=is_used), names)
    return {key: result for key, result in zip(names, found, strict=True) if result}


def is_reusable(result: StageResult, job: Job) -> bool:
    """Return whether a job may use finished work: with ``reuse: false`` only its own."""
    return job.workflow.workflow.reuse or result.job == job.id


def load_result(key: str, job: Job, engine: Engine) -> StageResult:
    """Return the result of the finished work of a content key.

    :raises ObjectNotFound: when the work is not finished.
    """
    content = engine.storages(job.output).read(record_uri(job.output, key), limit=RECORD_BYTES)
    return from_json(StageResult, json.loads(content))


def write_record(result: StageResult, job: Job, engine: Engine) -> None:
    """Store the record of finished work in place of an earlier one."""
    record = record_uri(job.output, result.key)
    content = json.dumps(to_json(result)).encode()
    engine.storages(job.output).write(record, content, media_type="application/json")


def forget(result: StageResult, job: Job, engine: Engine) -> None:
    """Delete the files of a result, and its record, so that its work is done again."""
    storage = engine.storages(job.output)
    with suppress(ObjectNotFound, ValueError):
        # Another attempt may have done the work again meanwhile, and its record has to stay.
        if load_result(result.key, job, engine).made == result.made:
            storage.delete(record_uri(job.output, result.key))
    discard_files(result, storage)


def fetch_finished(result: StageResult, file: str, directory: Path, job: Job, engine: Engine) -> ManifestEntry:
    """Download one file of a result into a directory, under its own name.

    :raises ProcessingError: when the file is not the one that was stored. It is then deleted with its result, so that a
        retry makes it again.
    """
    made = next(made for made in result.made if made.file == file)
    path = directory / file
    engine.storages(made.uri).download(made.uri, path, progress=lambda _: engine.raise_if_cancelled())
    if made.sha256 and sha256_of(path) != made.sha256:
        forget(result, job, engine)
        raise ProcessingError(
            f"{file} is not the file that was stored, and was deleted: clear the encode tasks and the tasks after them,"
            " which make it again"
        )
    return made


def fetch_part(
    results: Mapping[str, StageResult], key: str, file: str, directory: Path, *, name: str, job: Job, engine: Engine
) -> ManifestEntry:
    """Download a file that another unit has made.

    :param results: results by content key.
    :param name: name of the file for people.
    :raises ProcessingError: when the unit has failed or did not run, or the file is not the one that was stored.
    """
    result = results.get(key)
    if result is None or result.error:
        why = result.error["message"] if result and result.error else "its unit was not encoded"
        raise ProcessingError(f"{name} is missing: {why}")
    return fetch_finished(result, file, directory, job, engine)


def discard_files(result: StageResult, storage: Storage) -> None:
    """Delete the files of a result, as far as the storage permits."""

    def delete(made: ManifestEntry) -> None:
        with suppress(MediaError):
            storage.delete(made.uri)

    together(delete, result.made)


def _find(key: str, job: Job, engine: Engine, *, is_used: bool) -> StageResult | None:
    try:
        result = load_result(key, job, engine)
    except ObjectNotFound:
        return None
    except ValueError:  # another version of this package wrote the record
        if is_used:
            engine.storages(job.output).delete(record_uri(job.output, key))
        return None
    if not is_reusable(result, job):
        return None
    if _is_whole(result, job, engine, is_used=is_used):
        return result
    if is_used:
        forget(result, job, engine)
    return None


def _is_whole(result: StageResult, job: Job, engine: Engine, *, is_used: bool) -> bool:
    """Return whether all files of a result are there with the content that was stored.

    A file with another version than the stored one is read again: a backup or a move of the storage changes versions
    and no content.
    """
    # One listing instead of one request per segment; a lifecycle rule of the bucket, or a person, may have removed
    # files.
    folder = unit_folder(job.output, result.key)
    stored = {str(parse(info.uri)): info for info in engine.storages(job.output).list(folder)}
    found = [stored.get(str(parse(made.uri))) for made in result.made]
    versions: dict[str, str] = {}
    for made, info in zip(result.made, found, strict=True):
        if info is None or info.size != made.size:
            return False
        versions[made.file] = info.version
    replaced = [made for made in result.made if versions[made.file] != result.versions.get(made.file)]
    if not all(_has_content(made, engine) for made in replaced):
        return False
    if is_used and (replaced or _is_unused(stored.get(str(parse(record_uri(job.output, result.key)))))):
        write_record(replace(result, versions=versions), job, engine)
    return True


def _is_unused(record: ObjectInfo | None) -> bool:
    """Return whether a record was not written for long: pruning goes by the time of the last use."""
    return record is not None and time.time() - record.modified > USE_NOTED_SECONDS


def _has_content(made: ManifestEntry, engine: Engine) -> bool:
    with attempt(engine) as directory:
        path = directory / "file"
        engine.storages(made.uri).download(made.uri, path, progress=lambda _: engine.raise_if_cancelled())
        return sha256_of(path) == made.sha256
