"""DagRecord: the last valid contents of DAGs' files, so that a DAG with unfinished runs outlives its file.

A DAG is retired when its file is gone, renamed or invalid; its unfinished runs go on with the content in the record. If
a new content has other tasks than the one before, the record holds both contents until the runs of the old one have
ended.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from airflow_provider_media.core.serde import digest, from_json, to_json

GRACE = timedelta(seconds=10)
"""How long a DAG is held after the end of its last task: a busy scheduler ends the run a moment later."""
MAX_BYTES = 64 * 1024 * 1024
"""Largest record that is read: some 10,000 workflows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DagSource:
    """The content of one DAG."""

    digest: str
    """Changes whenever the content changes."""
    content: dict[str, Any]
    """A frozen workflow, or a state machine with its settings, as JSON."""
    retired_at: datetime | None = None
    """When its file was first found missing or invalid; None while the file is valid."""
    before: dict[str, Any] | None = None
    """The content with which unfinished runs began, if its tasks differ."""
    replaced_at: datetime | None = None
    """When the present content was first found instead of ``before``."""
    idle_at: datetime | None = None
    """Since when no run needs a held content; None while a run needs it."""

    @property
    def is_held(self) -> bool:
        """Whether the source, or a part of it, is kept only for unfinished runs."""
        return self.retired_at is not None or self.before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DagRecord:
    """The sources of all DAGs of one DAG file, by the names of workflows or state machines."""

    sources: Mapping[str, DagSource]

    @property
    def held(self) -> Mapping[str, DagSource]:
        """The sources that are kept, whole or in part, only for unfinished runs."""
        return {name: source for name, source in self.sources.items() if source.is_held}

    @property
    def digest(self) -> str:
        """Changes whenever the record changes."""
        return digest_of({name: source.digest for name, source in self.sources.items()}, self.held)


EMPTY = DagRecord(sources={})


def _never(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:  # noqa: ARG001 - what the others look at
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFiles:
    """Contents of the valid files of a folder."""

    digests: Mapping[str, str]
    """Digests of the contents, by name."""
    content_of: Callable[[str], dict[str, Any]]
    """Returns the content of a name; called only for changed contents."""
    has_other_tasks: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = _never
    """Returns whether runs of the first content cannot go on in the DAG of the second."""


def digest_of(digests: Mapping[str, str], held: Mapping[str, DagSource] | None = None) -> str:
    """Return the digest of a record with sources of these digests.

    :param held: those sources that are kept, whole or in part, only for unfinished runs.
    """
    return digest(
        [
            dict(digests),
            {
                name: f"{source.retired_at} {source.replaced_at} {source.idle_at}"
                for name, source in (held or {}).items()
            },
        ]
    )


def follow(record: DagRecord, files: SoundFiles, now: datetime) -> DagRecord:
    """Return the record after a new read of the files: valid files have their present content, others are retired."""
    sound = {name: _sound(record.sources.get(name), name, files, now) for name in files.digests}
    missing = {name: source for name, source in record.sources.items() if name not in files.digests}
    return DagRecord(
        sources=sound | {name: replace(source, retired_at=source.retired_at or now) for name, source in missing.items()}
    )


def _sound(known: DagSource | None, name: str, files: SoundFiles, now: datetime) -> DagSource:
    """Return the source of a valid file; a known unchanged source is reused."""
    if known is not None and known.digest == files.digests[name]:
        return replace(known, retired_at=None)
    made = DagSource(digest=files.digests[name], content=files.content_of(name))
    if known is None:
        return made
    if known.before is not None:
        # The record keeps only the first replaced content; contents between the first and the present one are dropped.
        return replace(made, before=known.before, replaced_at=known.replaced_at)
    return (
        replace(made, before=known.content, replaced_at=now)
        if files.has_other_tasks(known.content, made.content)
        else made
    )


def release(record: DagRecord, unfinished: Collection[str], now: datetime) -> DagRecord:
    """Return the record without contents that no unfinished run has needed for a while.

    :param unfinished: names of the sources with unfinished runs.
    """
    marked = {name: _marked(source, is_needed=name in unfinished, now=now) for name, source in record.sources.items()}
    kept = {name: source for name, source in marked.items() if source.retired_at is None or not _is_over(source, now)}
    return DagRecord(
        sources={name: _released(source) if _is_over(source, now) else source for name, source in kept.items()}
    )


def _marked(source: DagSource, *, is_needed: bool, now: datetime) -> DagSource:
    return replace(source, idle_at=None if is_needed or not source.is_held else source.idle_at or now)


def _is_over(source: DagSource, now: datetime) -> bool:
    return source.idle_at is not None and now - source.idle_at >= GRACE


def _released(source: DagSource) -> DagSource:
    return replace(source, before=None, replaced_at=None, idle_at=None)


def to_text(record: DagRecord) -> str:
    """Return the record as compressed text: hundreds of similar workflows then fit into one Airflow Variable."""
    content = json.dumps(to_json(record), sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(content.encode(), 6)).decode()


def from_text(text: str) -> DagRecord:
    """Return the record in a text; an empty record if the text holds none of this version."""
    try:
        expanded = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES)
        return from_json(DagRecord, json.loads(expanded))
    except (binascii.Error, zlib.error, ValueError, ValidationError, RecursionError):
        return EMPTY
