"""``airflow media reprocess``: start the jobs that a new upload of an object would start."""

from __future__ import annotations

import argparse
import getpass
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.uploads.upload_trigger import reprocess


def run(args: argparse.Namespace) -> int:
    """Submit a job to each workflow that waits for the object, and print the job ids.

    :raises SubmissionError: when no workflow waits for the object, or a job is refused.
    """
    from airflow_provider_media.hooks.catalogue import all_workflows, queues
    from airflow_provider_media.job_store.sql_store import SqlStore

    account = queues().account(args.account)
    waiting = [frozen for frozen in all_workflows().values() if args.workflow in (None, frozen.workflow.name)]
    jobs = reprocess(
        args.source, waiting, account=account, store=SqlStore(door="cli", user=getpass.getuser()), key=args.key
    )
    say(
        json.dumps(to_json(jobs), indent=2) if args.json else "\n".join(f"{each.job}  {each.workflow}" for each in jobs)
    )
    return 0
