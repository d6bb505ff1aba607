"""``airflow media cache status``: the size and age of finished work below an output location."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import as_folder, engine_for
from airflow_provider_media.core.execution.cache_pruning import cache_entries, described, summary


def run(args: argparse.Namespace) -> int:
    """Print entries, files and bytes, and when the oldest entry was used last.

    :raises StorageError: when the location cannot be listed.
    """
    location = as_folder(args.location)
    with engine_for() as engine:
        entries = cache_entries(location, engine.storages(location))
    say(json.dumps(summary(entries), indent=2) if args.json else f"{location}: {described(entries)}")
    return 0
