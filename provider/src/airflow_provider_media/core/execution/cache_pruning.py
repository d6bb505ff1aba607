"""Pruning of the unit cache: which finished work is kept below an output location, by age and by size."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from airflow_provider_media.core.execution.cache_limits import DAY, GIB, CacheLimits
from airflow_provider_media.core.jobs.places import RECORD, probes_folder, units_folder
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.publication.commit import together
from airflow_provider_media.core.storage.protocol import ObjectInfo, Storage


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
class PrunedCache:
    """The entries of one output location after pruning; those used last come first."""

    freed: tuple[CacheEntry, ...]
    """Deleted entries; after a dry run, those that would be deleted."""
    kept: tuple[CacheEntry, ...]


def prune_location(
    output: str, storage: Storage, limits: CacheLimits, *, now: float, is_dry_run: bool = False
) -> PrunedCache:
    """Delete the entries of an output location that are over the limits, and return what was freed and kept.

    :param output: URI of the output location, ending in ``/``.
    :param now: seconds since the epoch.
    :param is_dry_run: whether nothing is deleted.
    :raises StorageError: when the location cannot be listed, or a file cannot be deleted.
    """
    entries = cache_entries(output, storage)
    freed = entries_to_prune(entries, limits, now=now)
    if not is_dry_run:
        freed = prune(freed, storage)
    uris = {entry.uri for entry in freed}
    return PrunedCache(freed=tuple(freed), kept=tuple(entry for entry in entries if entry.uri not in uris))


def summary(entries: Sequence[CacheEntry]) -> dict[str, float | int | None]:
    """Return the totals of cache entries.

    :param entries: entries, the one used last first.
    """
    return {
        "entries": len(entries),
        "files": sum(entry.files for entry in entries),
        "bytes": sum(entry.size for entry in entries),
        "oldest_used": entries[-1].used if entries else None,
    }


def described(entries: Sequence[CacheEntry]) -> str:
    """Return the totals of cache entries as text."""
    if not entries:
        return "no finished work"
    files, size = sum(entry.files for entry in entries), sum(entry.size for entry in entries)
    days = max(0.0, time.time() - entries[-1].used) / DAY
    return f"{len(entries):,} entries, {files:,} files, {size / GIB:,.3f} GiB, the oldest one used {days:.1f} days ago"


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
        if age > limits.protected_seconds and (is_old or is_over):
            pruned.append(entry)
        else:
            kept += entry.size
    return pruned


def prune(entries: Sequence[CacheEntry], storage: Storage) -> list[CacheEntry]:
    """Delete entries and return them; an entry that a job has used or written since it was listed is kept.

    Each record goes first, so that nobody finds work whose files are being deleted.
    """
    return [entry for entry in entries if _prune(entry, storage)]


def _prune(entry: CacheEntry, storage: Storage) -> bool:
    found = list(storage.list(entry.uri))
    if any(info.modified > entry.used for info in found):
        return False
    records = [info.uri for info in found if info.uri.endswith(f"/{RECORD}")]
    for uri in records:
        storage.delete(uri)
    together(storage.delete, [info.uri for info in found if info.uri not in records])
    return True


def _files(output: str, storage: Storage) -> Iterator[tuple[str, ObjectInfo]]:
    """Yield the cache's files, each with the beginning of its entry's URI."""
    for folder in (units_folder(output), probes_folder(output)):
        root = str(parse(folder))
        for info in storage.list(folder):
            name = str(parse(info.uri)).removeprefix(root).partition("/")[0]
            yield f"{folder}{name}{'' if name.endswith('.json') else '/'}", info
