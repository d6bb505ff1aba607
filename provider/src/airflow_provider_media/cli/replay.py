"""``airflow media replay``: deliver the announcements of a job again."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Clear the deliveries, so that Airflow repeats them under their old ids."""
    from airflow_provider_media.job_store.announcements import replay

    cleared = replay(args.job, only_failed=not args.all)
    if args.json:
        say(json.dumps(cleared))
    else:
        for run_id, count in cleared.items():
            say(f"{run_id}: {count} {'delivery' if count == 1 else 'deliveries'} to be made again")
    return 0
