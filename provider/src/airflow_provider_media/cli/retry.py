"""``airflow media retry``: put a job back into its queue."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Queue the job again and print its state.

    :raises SubmissionError: when the job has not ended, has succeeded, or its queue is full.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.job_commands import retry_job

    job = retry_job(queues().account(args.account), args.job)
    say(json.dumps(to_json(job), indent=2) if args.json else f"{job.id}  {job.state}")
    return 0
