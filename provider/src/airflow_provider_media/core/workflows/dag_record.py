"""DagRecord: what DAGs were made of when their files were last sound, so that a DAG outlives its file while it has unfinished runs.

A DAG is retired when its file is gone, has another name or is broken. Its unfinished runs go on with what the record holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError

from airflow_provider_media.core.serde import digest, from_json, to_json

MAX_BYTES = 64 * 1024 * 1024
"""Largest record that is read: some 10,000 workflows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DagSource:
    """What one DAG is made of."""

    digest: str
    """Changes whenever the content does."""
    content: dict[str, Any]
    """A frozen workflow, or a state machine with its settings, as JSON."""
    retired_at: datetime | None = None
    """When its file was first found to be gone or broken; None while it is sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DagRecord:
    """The sources of all DAGs of one DAG file, by the names of workflows or state machines."""

    sources: Mapping[str, DagSource]

    @property
    def retired(self) -> Mapping[str, DagSource]:
        """The sources whose files are gone or broken."""
        return {name: source for name, source in self.sources.items() if source.retired_at is not None}

    @property
    def digest(self) -> str:
        """Changes whenever the record does."""
        return digest_of({name: source.digest for name, source in self.sources.items()}, self.retired)


EMPTY = DagRecord(sources={})


def digest_of(digests: Mapping[str, str], retired: Mapping[str, DagSource] | None = None) -> str:
    """The digest of a record with sources of these digests.

    :param retired: those of them whose files are gone or broken.
    """
    return digest([dict(digests), {name: str(source.retired_at) for name, source in (retired or {}).items()}])


def follow(record: DagRecord, digests: Mapping[str, str], content_of: Callable[[str], dict[str, Any]], now: datetime) -> DagRecord:
    """The record after the files were read again: sound ones have their present content, and all others are retired.

    :param digests: of the sound files' contents, by name.
    :param content_of: gives the content of a sound file by its name; called for changed ones only.
    """
    sound = {name: _sound(record.sources.get(name), value, partial(content_of, name)) for name, value in digests.items()}
    missing = {name: replace(source, retired_at=source.retired_at or now) for name, source in record.sources.items() if name not in digests}
    return DagRecord(sources=sound | missing)


def _sound(known: DagSource | None, value: str, content: Callable[[], dict[str, Any]]) -> DagSource:
    """The source of a sound file, of which nothing new is made where it is known."""
    if known is not None and known.digest == value:
        return replace(known, retired_at=None)
    return DagSource(digest=value, content=content())


def without(record: DagRecord, names: frozenset[str]) -> DagRecord:
    """The record without some of its sources."""
    return DagRecord(sources={name: source for name, source in record.sources.items() if name not in names})


def to_text(record: DagRecord) -> str:
    """The record as compressed text: hundreds of workflows are much alike, and one Airflow Variable holds them all."""
    content = json.dumps(to_json(record), sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(content.encode(), 6)).decode()


def from_text(text: str) -> DagRecord:
    """The record that a text holds; an empty one where it holds none of this version."""
    try:
        expanded = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES)
        return from_json(DagRecord, json.loads(expanded))
    except (binascii.Error, zlib.error, ValueError, ValidationError, RecursionError):
        return EMPTY
