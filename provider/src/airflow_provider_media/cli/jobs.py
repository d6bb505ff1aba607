"""``airflow media jobs``: list jobs."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.saying import say
from airflow_provider_media.core.ingest.priorities import priority_of
from airflow_provider_media.core.ingest.views import JobFilter, JobView
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Print one page of jobs.

    :raises SubmissionError: when there is no such account, state or priority.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.ledger.jobs import list_jobs, states_of

    wanted = JobFilter(
        states=states_of(args.state or ()),
        priority=priority_of(args.priority) if args.priority else None,
        workflow=args.workflow,
        video=args.video,
        limit=args.limit,
        cursor=args.cursor,
    )
    page = list_jobs(queues().account(args.account), wanted)
    if args.json:
        say(json.dumps(to_json(page), indent=2, ensure_ascii=False))
        return 0
    say("\n".join(map(line, page.jobs)) or "There are no such jobs.")
    if page.next:
        say(f"More with --cursor {page.next}")
    return 0


def line(job: JobView) -> str:
    """A job in one line."""
    return f"{job.id}  {job.state:<9}  {job.priority:<6}  {job.submitted_at:%Y-%m-%d %H:%M:%S}  {job.workflow}  {job.source}"
