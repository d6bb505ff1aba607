"""``airflow media prioritize``: move waiting jobs to the queue of another priority."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.accounts.priorities import priority_of
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Move the jobs one after the other, and print their states; the first refusal ends the command.

    :raises SubmissionError: when a job has begun or ended, or when the other queue is full; jobs before it are moved.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.job_priority import change_priority

    account, priority = queues().account(args.account), priority_of(args.priority)
    jobs = [change_priority(account, job_id, priority) for job_id in args.jobs]
    lines = (f"{job.id}  {job.state}  {job.priority}" for job in jobs)
    say(json.dumps({"jobs": to_json(jobs)}, indent=2) if args.json else "\n".join(lines))
    return 0
