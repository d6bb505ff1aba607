"""Probe of a job's source, kept for later jobs; and the full decode that a probe may defer to an encode.

The facts of a source are stored below the output location, under a key of everything that a probe depends on. They
say whether the source was decoded completely: only then a later job may rely on finished artifacts alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from airflow_provider_media import __version__
from airflow_provider_media.core.execution.other_locations import value_or, views_elsewhere
from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.ffmpeg.errors import EncodeFailed
from airflow_provider_media.core.ffmpeg.probing import probe as probe_file
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.jobs.places import RECORD_BYTES, probe_uri
from airflow_provider_media.core.media.errors import SourceDamaged
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.planning.decode_checks import has_full_decode
from airflow_provider_media.core.plans import ExpectedDecode
from airflow_provider_media.core.serde import digest, from_json, to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound


def probe(job: Job, engine: Engine) -> MediaInfo:
    """Fetch the source and find its facts.

    :raises SourceError: when the source cannot be fetched, is no media, is over a limit, or is damaged and the workflow
        is strict.
    """
    return _probe(job, engine)


def probe_for_plan(job: Job, engine: Engine) -> MediaInfo:
    """Return the facts that a job's plan needs, from an earlier probe of the same version if there is one.

    The full decode of a plain video may be deferred to an encode.

    :param job: a job with the version of its source.
    :raises SourceError: as :func:`probe` does.
    """
    may_defer = has_full_decode(job.workflow.workflow.outputs.values())
    known = known_facts(job, engine) if job.workflow.workflow.reuse else None
    if known and (may_defer or not known.is_decode_deferred):
        return known
    if found := _known_elsewhere(job, engine, may_defer=may_defer):
        _keep(found, job, engine)
        return found
    media = _probe(job, engine, may_defer=may_defer)
    _keep(media, job, engine)
    return media


@contextmanager
def checked_decode(expected: ExpectedDecode, source: Path, job: Job, engine: Engine) -> Iterator[DecodeCheck]:
    """Check the full decode within a command; on any doubt, decode the source separately.

    :raises SourceError: when the separate decode finds damage, or other frames than the plan was made for.
    """
    check = DecodeCheck(expected)
    try:
        yield check
    except (EncodeFailed, SourceDamaged) as error:
        # The separate decode reports stream and time of damage. If it finds none, the encode has failed, whatever
        # ffmpeg's message suggests.
        _probe_file(source, job, engine)
        raise EncodeFailed(error.message) from error
    if not check.is_passed:
        _decode_separately(expected, source, job, engine)
    elif (known := known_facts(job, engine)) and known.is_decode_deferred:
        _keep(replace(known, is_decode_deferred=False), job, engine)


def require_decode(expected: ExpectedDecode, job: Job, engine: Engine) -> None:
    """Decode the source unless the full decode of this very version has passed before.

    A unit that finds its artifacts finished decodes nothing, and what made them may have checked nothing.

    :raises SourceError: as :func:`checked_decode` does.
    """
    known = known_facts(job, engine)
    if known is None or known.is_decode_deferred:
        with source_file(job.source, engine, version=job.source_version) as source:
            _decode_separately(expected, source, job, engine)


def _decode_separately(expected: ExpectedDecode, source: Path, job: Job, engine: Engine) -> None:
    media = _probe_file(source, job, engine)
    video = media.main_video
    found = video and ExpectedDecode(
        stream=video.index, frames=video.frame_count, start=video.start, duration=video.duration
    )
    if found != expected:
        frames = (
            f"{found.frames} frames from {found.start:.3f} s on, {found.duration:.3f} s long" if found else "no video"
        )
        raise SourceDamaged(
            f"the packets of the source promise {expected.frames} frames from {expected.start:.3f} s on,"
            f" {expected.duration:.3f} s long, and its decoder delivers {frames}; upload it again, or let the workflow"
            " say `integrity: tolerant`"
        )
    _keep(media, job, engine)


def _probe(job: Job, engine: Engine, *, may_defer: bool = False) -> MediaInfo:
    with source_file(job.source, engine, version=job.source_version) as source:
        return _probe_file(source, job, engine, may_defer=may_defer)


def _probe_file(source: Path, job: Job, engine: Engine, *, may_defer: bool = False) -> MediaInfo:
    return probe_file(
        source,
        toolchain=engine.toolchain,
        limits=engine.limits,
        integrity=job.workflow.workflow.integrity,
        may_defer=may_defer,
        require_sandbox=engine.require_sandbox,
        cancelled=engine.cancelled,
    )


def _record(job: Job, engine: Engine) -> str:
    """Return the URI of the facts of a job's source; another version of this package may find other facts."""
    facts = {
        "source": {"uri": redact(job.source), "version": job.source_version},
        "integrity": job.workflow.workflow.integrity,
        "limits": to_json(engine.limits),
        "tools": [engine.toolchain.ffmpeg_version, engine.toolchain.ffprobe_version],
        "package": __version__,
    }
    return probe_uri(job.output, job.account, digest(facts))


def known_facts(job: Job, engine: Engine) -> MediaInfo | None:
    """Return the facts that an earlier probe has stored; None without facts, or where they cannot be read."""
    if job.source_version is None:
        return None
    # ValueError: the record is spoilt.
    with suppress(ObjectNotFound, ValueError):
        uri = _record(job, engine)
        return from_json(MediaInfo, json.loads(engine.storages(uri).read(uri, limit=RECORD_BYTES)))
    return None


def _known_elsewhere(job: Job, engine: Engine, *, may_defer: bool) -> MediaInfo | None:
    """Return facts that an earlier probe has stored below another output location, if they are enough for a plan."""
    found = (value_or(partial(known_facts, *view), None) for view in views_elsewhere(job, engine))
    return next((known for known in found if known and (may_defer or not known.is_decode_deferred)), None)


def _keep(media: MediaInfo, job: Job, engine: Engine) -> None:
    if job.source_version is not None:
        uri = _record(job, engine)
        content = json.dumps(to_json(media)).encode()
        engine.storages(uri).write(uri, content, media_type="application/json")
