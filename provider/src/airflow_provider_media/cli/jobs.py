"""``airflow media jobs``: list jobs."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.accounts.priorities import priority_of
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import JobFilter, JobView

_COLUMNS = f"{'JOB':<32}  {'STATE':<9}  {'PRIO':<6}  {'SUBMITTED':<19}  {'WAITED':>8}  {'WORKED':>8}"
HEADER = f"{_COLUMNS}  WORKFLOW  SOURCE"


def run(args: argparse.Namespace) -> int:
    """Print one page of jobs.

    :raises SubmissionError: when the account, a state or the priority does not exist.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.job_queries import list_jobs, states_of

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
    say("\n".join([HEADER, *map(line, page.jobs)]) if page.jobs else "There are no such jobs.")
    if page.next:
        say(f"More with --cursor {page.next}")
    return 0


def line(job: JobView) -> str:
    """Return a job in one line."""
    waited = elapsed(job.submitted_at, job.started_at or job.ended_at)
    worked = elapsed(job.started_at, job.ended_at) if job.started_at else "-"
    moment = f"{job.submitted_at:%Y-%m-%d %H:%M:%S}"
    hold = f"  ({job.hold.code})" if job.hold else ""
    return (
        f"{job.id:<32}  {job.state:<9}  {job.priority:<6}  {moment}  {waited:>8}  {worked:>8}  {job.workflow} "
        f" {job.source}{hold}"
    )


def elapsed(begin: datetime, end: datetime | None) -> str:
    """Return the time between two moments, or until now, as ``1:02:03``."""
    seconds = max(0, round(((end or datetime.now(UTC)) - begin).total_seconds()))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
