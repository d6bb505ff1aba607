"""Publishing: finished files go to their final keys, and one conditional write of the manifest commits the job."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain, count, groupby

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import Cancelled, ProcessingError
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest, ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import RECORD_BYTES, manifest_uri
from airflow_provider_media.core.media.uri import join, redact
from airflow_provider_media.core.plans import Document, Plan
from airflow_provider_media.core.publication.commit import commit_if_absent, together
from airflow_provider_media.core.publication.cues import verify_cues
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, UploadFailed
from airflow_provider_media.core.storage.protocol import Storage

INDEXES = (".m3u8", ".mpd", ".vtt")
"""Files that name other files. They are published last, so that they never name a missing file."""
MANY_FOLDERS = 1024
"""More folders than a key of at most 1024 bytes can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PublishedFile:
    """One file on its way to its final key."""

    made: ManifestEntry
    key: str
    content: bytes | None = None
    """Content of a document; other files are copied."""


def publish(
    job: Job, plan: Plan, results: Sequence[StageResult], engine: Engine, *, timings: Mapping[str, float]
) -> Manifest:
    """Copy every finished file to its final key and commit the manifest.

    An attempt that finds another attempt's manifest returns that manifest. If publishing fails, this attempt removes
    the keys that it created. Files of an earlier job under the same keys may have been replaced by then.

    :param results: results of the artifacts and packages.
    :param timings: seconds of the stages so far.
    :raises ProcessingError: when a required output is missing.
    :raises VerificationFailed: when a sprite's cues do not fit its sheets.
    :raises UploadFailed: when a file or the manifest cannot be stored.
    :raises Cancelled: when the job is cancelled before the manifest is written.
    """
    storage, uri = engine.storages(job.output), manifest_uri(job.output, job.id)
    with suppress(ObjectNotFound):
        return from_json(Manifest, json.loads(storage.read(uri, limit=RECORD_BYTES)))
    began = time.monotonic()
    _require_all(plan, results)
    verify_cues(plan, results)
    with _all_or_nothing(storage, uri) as new:
        outputs = _publish_all(job, tuple(_finals(plan, results)), new, engine)
        manifest = _manifest(job, plan, results, outputs, {**timings, "publish": round(time.monotonic() - began, 3)})
        if not engine.is_wanted():
            raise Cancelled("the run was ended while its outputs were published; what was new has been removed")
        winner, _ = commit_if_absent(storage, uri, json.dumps(to_json(manifest)).encode())
    return from_json(Manifest, json.loads(winner))


def _manifest(
    job: Job, plan: Plan, results: Sequence[StageResult], outputs: tuple[ManifestEntry, ...], timings: dict[str, float]
) -> Manifest:
    # The artifacts of one unit share its warnings.
    warnings = chain.from_iterable(result.warnings for result in results)
    return Manifest(
        job_id=job.id,
        workflow=job.workflow.workflow.name,
        workflow_hash=job.workflow.hash,
        source={"uri": redact(job.source), "version": job.source_version, "media": to_json(plan.media)},
        outputs=outputs,
        left_out=plan.left_out,
        failed=tuple(_failed(results)),
        warnings=tuple(dict.fromkeys((*plan.media.warnings, *plan.notes, *warnings))),
        quality=tuple(chain.from_iterable(result.quality for result in results)),
        timings=timings,
        uri=manifest_uri(job.output, job.id),
    )


def _failed(results: Sequence[StageResult]) -> list[dict[str, object]]:
    """Return the errors of optional units and packages; the artifacts of one unit share its error."""
    errors = [{"name": result.name, **result.error} for result in results if result.error]
    return [error for number, error in enumerate(errors) if error not in errors[:number]]


def _require_all(plan: Plan, results: Sequence[StageResult]) -> None:
    done = {result.key for result in results if not result.error}
    missing = [unit.name for unit in plan.units if unit.required and not done.issuperset(unit.keys)]
    missing += [package.output for package in plan.packages if package.required and package.key not in done]
    if missing:
        raise ProcessingError(f"nothing was published: {', '.join(missing)} did not finish")


def _finals(plan: Plan, results: Sequence[StageResult]) -> Iterator[_PublishedFile]:
    by_key = {result.key: {item.file: item for item in result.made} for result in results if not result.error}
    for unit in plan.units:
        for artifact in unit.artifacts:
            made = by_key.get(artifact.content_key, {})
            # Not strict: files that are not published themselves have no keys.
            pairs = zip(artifact.files(), artifact.published(), strict=False)
            yield from (
                _PublishedFile(made=replace(made[file], output=artifact.output), key=key)
                for file, key in pairs
                if file in made
            )
    for package in plan.packages:
        made = by_key.get(package.key, {})
        yield from (
            _PublishedFile(made=replace(item, output=package.output), key=package.prefix + file)
            for file, item in made.items()
        )
    artifacts = chain.from_iterable(unit.artifacts for unit in plan.units)
    unmade = {artifact.output for artifact in artifacts if artifact.content_key not in by_key}
    for document in plan.documents:
        if document.output in unmade:
            continue  # cues of missing sheets
        content = document.content.encode()
        yield _PublishedFile(made=_document(document, content), key=document.key, content=content)


def _document(document: Document, content: bytes) -> ManifestEntry:
    sha256 = hashlib.sha256(content).hexdigest()
    return ManifestEntry(
        output=document.output,
        file=document.key,
        uri="",
        size=len(content),
        sha256=sha256,
        media_type=document.media_type,
    )


@contextmanager
def _all_or_nothing(storage: Storage, manifest: str) -> Iterator[list[str]]:
    """Yield a list for the keys that an attempt creates; remove those keys if the attempt fails."""
    new: list[str] = []
    try:
        yield new
    except BaseException as error:
        _take_back(new, storage, manifest)
        if isinstance(error, StorageError):
            raise UploadFailed(
                f"the outputs could not be published, and what was new has been removed: {error.message}"
            ) from error
        raise


def _take_back(new: Sequence[str], storage: Storage, manifest: str) -> None:
    def delete(target: str) -> None:
        with suppress(MediaError):
            storage.delete(target)

    with suppress(MediaError):
        if _exists(storage, manifest):
            return  # another attempt has committed meanwhile, and its manifest names these keys
        together(delete, new)


def _publish_all(
    job: Job, finals: Sequence[_PublishedFile], new: list[str], engine: Engine
) -> tuple[ManifestEntry, ...]:
    storage = engine.storages(job.output)
    numbers = count(1)  # count is atomic, and several threads advance it

    def put(final: _PublishedFile) -> ManifestEntry:
        engine.raise_if_cancelled()
        target = join(job.output, final.key)
        if not _exists(storage, target):
            new.append(target)
        if final.content is None:
            storage.copy(final.made.uri, target, media_type=final.made.media_type)
        else:
            storage.write(target, final.content, media_type=final.made.media_type)
        engine.report(Progress(name="publish", percent=100 * next(numbers) / len(finals)))
        return replace(final.made, uri=target)

    ordered = groupby(sorted(finals, key=_turn), key=_turn)
    return tuple(chain.from_iterable(together(put, tuple(group)) for _, group in ordered))


def _turn(final: _PublishedFile) -> int:
    """Return the sort key: media first, then indexes, deepest first: a master playlist names deeper playlists."""
    return -final.key.count("/") if final.key.endswith(INDEXES) else -MANY_FOLDERS


def _exists(storage: Storage, uri: str) -> bool:
    try:
        storage.head(uri)
    except ObjectNotFound:
        return False
    return True
