"""Pruning of the unit cache: which finished work is kept below an output location, by age and by size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from airflow_provider_media.core.jobs.places import RECORD, probes_folder, units_folder
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.publication.commit import together
from airflow_provider_media.core.storage.protocol import ObjectInfo, Storage

PROTECTED_SECONDS = 2 * 86_400.0
"""Age below which nothing is pruned: a running job may be about to publish it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """One artifact, package or probe of the unit cache, with everything that attempts have left beside it."""

    uri: str
    """Beginning of the URIs of all its files."""
    size: int
    """Bytes."""
    files: int
    used: float
    """Seconds since the epoch of its last use, with a precision of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """What the cache may keep; None is without limit."""

    seconds: float | None = None
    """Longest time without use."""
    size: int | None = None
    """Bytes of all entries."""


def cache_entries(output: str, storage: Storage) -> list[CacheEntry]:
    """Return the entries of the unit cache of an output location, the one used last first.

    :param output: URI of the output location, ending in ``/``.
    """
    found: dict[str, CacheEntry] = {}
    for uri, info in _files(output, storage):
        one = found.get(uri) or CacheEntry(uri=uri, size=0, files=0, used=0.0)
        found[uri] = CacheEntry(
            uri=uri, size=one.size + info.size, files=one.files + 1, used=max(one.used, info.modified)
        )
    return sorted(found.values(), key=lambda entry: -entry.used)


def entries_to_prune(entries: Iterable[CacheEntry], limits: CacheLimits, *, now: float) -> list[CacheEntry]:
    """Return the entries over the limits: those unused for too long, and those used longest ago while size is over.

    :param entries: entries, the one used last first.
    :param now: seconds since the epoch.
    """
    kept, pruned = 0, []
    for entry in entries:
        age = now - entry.used
        is_old = limits.seconds is not None and age > limits.seconds
        is_over = limits.size is not None and kept + entry.size > limits.size
        if age > PROTECTED_SECONDS and (is_old or is_over):
            pruned.append(entry)
        else:
            kept += entry.size
    return pruned


def prune(entries: Sequence[CacheEntry], storage: Storage) -> None:
    """Delete entries: each record first, so that nobody finds work whose files are being deleted."""
    for entry in entries:
        uris = [info.uri for info in storage.list(entry.uri)]
        for uri in uris:
            if uri.endswith(f"/{RECORD}"):
                storage.delete(uri)
        together(storage.delete, [uri for uri in uris if not uri.endswith(f"/{RECORD}")])


def _files(output: str, storage: Storage) -> Iterator[tuple[str, ObjectInfo]]:
    """Yield the cache's files, each with the beginning of its entry's URI."""
    for folder in (units_folder(output), probes_folder(output)):
        root = str(parse(folder))
        for info in storage.list(folder):
            name = str(parse(info.uri)).removeprefix(root).partition("/")[0]
            yield f"{folder}{name}{'' if name.endswith('.json') else '/'}", info
