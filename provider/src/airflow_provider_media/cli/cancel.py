"""``airflow media cancel``: cancel a job."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Cancel the job and print its state.

    :raises JobEnded: when the job has already ended.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.job_commands import cancel_job

    job = cancel_job(queues().account(args.account), args.job)
    text = f"{job.id}  {job.state}" if job.state.ended else f"{job.id}  is being stopped"
    say(json.dumps(to_json(job), indent=2) if args.json else text)
    return 0
