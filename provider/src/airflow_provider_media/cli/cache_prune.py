"""``airflow media cache prune``: delete finished work that was not used lately."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import as_folder, cache_limits, engine_for
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.cache_limits import DAY, GIB, CacheLimits
from airflow_provider_media.core.execution.cache_pruning import described, prune_location, summary


def run(args: argparse.Namespace) -> int:
    """Delete what is over the limits, and print what was deleted.

    :raises ConfigurationError: when a limit is negative, or neither given nor configured.
    :raises StorageError: when the location cannot be listed, or a file cannot be deleted.
    """
    limits, location = _limits(args), as_folder(args.location)
    with engine_for() as engine:
        storage = engine.storages(location)
        freed = prune_location(location, storage, limits, now=time.time(), is_dry_run=args.dry_run).freed
    done = "would be deleted" if args.dry_run else "deleted"
    say(json.dumps(summary(freed), indent=2) if args.json else f"{location}: {done}: {described(freed)}")
    return 0


def _limits(args: argparse.Namespace) -> CacheLimits:
    """Return the limits that are given, or else the configured ones."""
    given = [limit for limit in (args.days, args.gib) if limit is not None]
    configured = cache_limits()
    if any(limit < 0 for limit in given) or (not given and configured.is_unlimited):
        raise ConfigurationError(
            "Give --days, --gib or both, as numbers from 0 on, or set [media] reuse_days or reuse_bytes:"
            " `airflow media cache prune --help`."
        )
    if not given:
        return configured
    return replace(
        configured,
        seconds=None if args.days is None else args.days * DAY,
        size=None if args.gib is None else int(args.gib * GIB),
    )
