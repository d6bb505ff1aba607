"""``airflow media cache status``: the size and age of finished work below an output location."""

from __future__ import annotations

import argparse
import json
import time

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import as_folder, engine_for
from airflow_provider_media.core.execution.cache_pruning import CacheEntry, cache_entries

DAY = 86_400.0
GIB = 1024**3


def run(args: argparse.Namespace) -> int:
    """Print entries, files and bytes, and when the oldest entry was used last.

    :raises StorageError: when the location cannot be listed.
    """
    location = as_folder(args.location)
    with engine_for() as engine:
        entries = cache_entries(location, engine.storages(location))
    say(json.dumps(summary(entries), indent=2) if args.json else f"{location}: {described(entries)}")
    return 0


def summary(entries: list[CacheEntry]) -> dict[str, float | int | None]:
    """Return the totals of cache entries.

    :param entries: entries, the one used last first.
    """
    return {
        "entries": len(entries),
        "files": sum(entry.files for entry in entries),
        "bytes": sum(entry.size for entry in entries),
        "oldest_used": entries[-1].used if entries else None,
    }


def described(entries: list[CacheEntry]) -> str:
    """Return the totals of cache entries as text."""
    if not entries:
        return "no finished work"
    files, size = sum(entry.files for entry in entries), sum(entry.size for entry in entries)
    days = max(0.0, time.time() - entries[-1].used) / DAY
    return f"{len(entries):,} entries, {files:,} files, {size / GIB:,.3f} GiB, the oldest one used {days:.1f} days ago"
