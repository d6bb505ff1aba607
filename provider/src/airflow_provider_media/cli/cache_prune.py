"""``airflow media cache prune``: delete finished work that was not used lately."""

from __future__ import annotations

import argparse
import json
import time

from airflow_provider_media.cli.cache_status import DAY, GIB, described, summary
from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import as_folder, engine_for
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.cache_pruning import CacheLimits, cache_entries, entries_to_prune, prune


def run(args: argparse.Namespace) -> int:
    """Delete what is over the limits, and print what was deleted.

    :raises ConfigurationError: when no limit is given, or a limit is negative.
    :raises StorageError: when the location cannot be listed, or a file cannot be deleted.
    """
    limits, location = _limits(args), as_folder(args.location)
    with engine_for() as engine:
        storage = engine.storages(location)
        pruned = entries_to_prune(cache_entries(location, storage), limits, now=time.time())
        if not args.dry_run:
            prune(pruned, storage)
    done = "would be deleted" if args.dry_run else "deleted"
    say(json.dumps(summary(pruned), indent=2) if args.json else f"{location}: {done}: {described(pruned)}")
    return 0


def _limits(args: argparse.Namespace) -> CacheLimits:
    given = [limit for limit in (args.days, args.gib) if limit is not None]
    if not given or min(given) < 0:
        raise ConfigurationError(
            "Give --days, --gib or both, as numbers from 0 on: `airflow media cache prune --help`."
        )
    return CacheLimits(
        seconds=None if args.days is None else args.days * DAY,
        size=None if args.gib is None else int(args.gib * GIB),
    )
