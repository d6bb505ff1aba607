"""``airflow media resubmit``: submit a job again, as a new job of today's workflow."""

from __future__ import annotations

import argparse
import getpass
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.submit import submit


def run(args: argparse.Namespace) -> int:
    """Submit the job again, and print the id of the new job.

    :raises SubmissionError: when there is no such job, or the new job is refused.
    """
    from airflow_provider_media.hooks.catalogue import find_workflow, queues
    from airflow_provider_media.job_store.job_requests import find_request
    from airflow_provider_media.job_store.sql_store import SqlStore

    account = queues().account(args.account)
    store = SqlStore(door="cli", user=getpass.getuser())
    receipt = submit(find_request(account, args.job), account=account, store=store, workflows=find_workflow)
    say(json.dumps(to_json(receipt), indent=2) if args.json else receipt.id)
    return 0
