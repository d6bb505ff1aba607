"""Publish: finished files go to their final keys, and one conditional write of the manifest commits the job."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from airflow_provider_media.core.errors import MediaError, ObjectNotFound, ProcessingError, UploadFailed
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.job.commit import commit_once, together
from airflow_provider_media.core.job.model import Engine, Job, Made, Manifest, StageResult
from airflow_provider_media.core.job.places import manifest_uri
from airflow_provider_media.core.media.uri import join, redact
from airflow_provider_media.core.planning.model import Artifact, Document, Plan
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.base import Storage

INDEXES = (".m3u8", ".mpd", ".vtt")
"""Files that name other files: published after them, so that nobody is sent to a file that is not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Final:
    """One file on its way to its final key."""

    made: Made
    key: str
    content: bytes | None = None
    """Of a document; other files are copied."""


def publish(job: Job, plan: Plan, results: Sequence[StageResult], engine: Engine, *, timings: Mapping[str, float]) -> Manifest:
    """Copy every finished file to its final key and commit the manifest.

    An attempt that finds another's manifest answers with that one. Where publishing fails, the keys that this attempt made are removed.

    :param results: what units and packages came to.
    :param timings: seconds of the stages so far.
    :raises ProcessingError: when a required output is missing.
    :raises UploadFailed: when a file cannot be stored.
    """
    storage, uri = engine.storages(job.output), manifest_uri(job.output, job.id)
    with suppress(ObjectNotFound):
        return from_json(Manifest, json.loads(storage.read(uri)))
    began = time.monotonic()
    _require_all(plan, results)
    published = _publish_all(job, tuple(_finals(plan, results)), storage, engine)
    manifest = Manifest(
        job_id=job.id,
        workflow=job.workflow.workflow.name,
        workflow_hash=job.workflow.hash,
        source={"uri": redact(job.source), "version": job.source_version, "media": to_json(plan.media)},
        outputs=published,
        left_out=plan.left_out,
        failed=tuple({"name": result.name, **result.error} for result in results if result.error),
        warnings=(*plan.media.warnings, *(warning for result in results for warning in result.warnings)),
        timings={**timings, "publish": round(time.monotonic() - began, 3)},
        uri=uri,
    )
    winner, _ = commit_once(storage, uri, json.dumps(to_json(manifest)).encode())
    return from_json(Manifest, json.loads(winner))


def _require_all(plan: Plan, results: Sequence[StageResult]) -> None:
    done = {result.key for result in results if not result.error}
    missing = [unit.name for unit in plan.units if unit.required and unit.key not in done]
    missing += [package.output for package in plan.packages if package.required and package.key not in done]
    if missing:
        raise ProcessingError(f"nothing was published: {', '.join(missing)} did not finish")


def _finals(plan: Plan, results: Sequence[StageResult]) -> Iterator[_Final]:
    by_key = {result.key: {item.file: item for item in result.made} for result in results}
    for unit in plan.units:
        made = by_key.get(unit.key, {})
        for artifact in unit.artifacts:
            yield from (_Final(made=replace(made[file], output=artifact.output), key=key) for file, key in _files(artifact) if file in made)
    for package in plan.packages:
        made = by_key.get(package.key, {})
        yield from (_Final(made=replace(item, output=package.output), key=package.prefix + file) for file, item in made.items())
    for document in plan.documents:
        content = document.content.encode()
        yield _Final(made=_document(document, content), key=document.key, content=content)


def _files(artifact: Artifact) -> Iterator[tuple[str, str]]:
    if artifact.key is None:
        return
    if not artifact.series:
        yield artifact.file, artifact.key
        return
    for number in range(artifact.count):
        yield artifact.file % (number + 1), artifact.key % (number + artifact.first_number)


def _document(document: Document, content: bytes) -> Made:
    sha256 = hashlib.sha256(content).hexdigest()
    return Made(output=document.output, file=document.key, uri="", size=len(content), sha256=sha256, media_type=document.media_type)


def _publish_all(job: Job, finals: Sequence[_Final], storage: Storage, engine: Engine) -> tuple[Made, ...]:
    new: list[str] = []
    done = 0

    def put(final: _Final) -> Made:
        nonlocal done
        target = join(job.output, final.key)
        if not _exists(storage, target):
            new.append(target)
        if final.content is None:
            storage.copy(final.made.uri, target, media_type=final.made.media_type)
        else:
            storage.write(target, final.content, media_type=final.made.media_type)
        done += 1
        engine.report(Progress(name="publish", percent=100 * done / len(finals)))
        return replace(final.made, uri=target)

    try:
        return _in_order(put, finals)
    except MediaError as error:
        # Not where another attempt has committed meanwhile: the keys are its own by then.
        for target in new if not _exists(storage, manifest_uri(job.output, job.id)) else ():
            with suppress(MediaError):
                storage.delete(target)
        raise UploadFailed(f"the outputs could not be published, and what was new has been removed: {error.message}") from error


def _in_order(put: Callable[[_Final], Made], finals: Sequence[_Final]) -> tuple[Made, ...]:
    media = [final for final in finals if not final.key.endswith(INDEXES)]
    indexes = [final for final in finals if final.key.endswith(INDEXES)]
    return (*together(put, media), *together(put, indexes))


def _exists(storage: Storage, uri: str) -> bool:
    try:
        storage.head(uri)
    except ObjectNotFound:
        return False
    return True
