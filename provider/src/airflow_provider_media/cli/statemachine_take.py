"""``airflow media statemachine take``: take the longest-waiting task of an activity."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict


def run(args: argparse.Namespace) -> int:
    """Print the task; nothing where none waits."""
    from airflow_provider_media.cli.command_output import say
    from airflow_provider_media.job_store.activity_tasks import take

    task = take(args.activity)
    if task is not None:
        say(json.dumps(asdict(task), ensure_ascii=False))
    return 0
