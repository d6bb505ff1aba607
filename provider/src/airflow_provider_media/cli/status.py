"""``airflow media status``: state and progress of a job."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from airflow_provider_media.cli.command_output import bar, quality_line, say
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.packaging.packager import MANIFEST, MASTER
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import LISTED_FILES, JobView

POLL_SECONDS = 1.0
MOST_NAMED = 5
"""Most files of one output that are listed one by one."""
INDEXES = (f"/{MASTER}", f"/{MANIFEST}", ".vtt")
"""Suffixes of the files that people open, in an output with many files."""


def run(args: argparse.Namespace) -> int:
    """Print the job.

    :raises JobUnknown: when no job has this id.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.job_queries import find_job

    account = queues().account(args.account)
    job = find_job(account, args.job)
    while args.follow and not job.state.ended:
        _draw(moving(job))
        time.sleep(POLL_SECONDS)
        job = find_job(account, args.job)
    _draw("")
    say(json.dumps(to_json(job), indent=2, ensure_ascii=False) if args.json else describe(job))
    return ProcessingError.exit_code if args.follow and job.state is not JobState.SUCCEEDED else 0


def _draw(line: str) -> None:
    """Redraw one line on a terminal; do nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def moving(job: JobView) -> str:
    """Return an unfinished job in one line."""
    if job.state is JobState.WAITING or job.progress is None:
        if job.hold:
            return f"{job.state} ({job.hold.code})"
        return f"{job.state}, place {job.position}" if job.position else str(job.state)
    speed = f" at {job.progress.speed:.2f}x" if job.progress.speed else ""
    left = f", {job.progress.eta:.0f} s left" if job.progress.eta is not None else ""
    return f"{bar(job.progress.percent)} {job.progress.percent:5.1f} %  {job.progress.stage}{speed}{left}"


def output_lines(files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each published file.

    An output with many files, such as a package, gets one line with their number and folder, and the files that people
    open.
    """
    by_output: dict[str, list[Mapping[str, Any]]] = {}
    for file in files:
        by_output.setdefault(file.get("output", ""), []).append(file)
    for output, made in by_output.items():
        if len(made) <= MOST_NAMED:
            yield from (f"{file['uri']} ({file['size']:,} bytes)" for file in made)
            continue
        folders = zip(*(file["uri"].split("/")[:-1] for file in made), strict=False)
        folder = "/".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, folders))
        total = sum(file["size"] for file in made)
        yield f"{folder}/ ({output}: {len(made):,} files{' or more' * (len(files) >= LISTED_FILES)}, {total:,} bytes)"
        yield from (f"{file['uri']} ({file['size']:,} bytes)" for file in made if file["uri"].endswith(INDEXES))


def describe(job: JobView) -> str:
    """Return a job as lines for people."""
    facts = {
        "job": job.id,
        "state": str(job.state) if job.state.ended else moving(job),
        "on hold": f"{job.hold.code}: {job.hold.message}" if job.hold else None,
        "workflow": f"{job.workflow} ({job.priority})",
        "source": job.source,
        "output": job.output,
        "submitted": f"{job.submitted_at:%Y-%m-%d %H:%M:%S %Z}",
        "manifest": job.manifest,
    }
    lines = [f"{name:>10}  {value}" for name, value in facts.items() if value]
    lines += [f"{'made':>10}  {text}" for text in output_lines(job.outputs)]
    lines += [f"{'VMAF':>10}  {quality_line(each)}" for each in job.quality]
    lines += [f"{'left out':>10}  {each['output']}: {each['reason']}" for each in job.left_out]
    lines += [f"{'error':>10}  {error.get('task', '')} {error['code']}: {error['message']}" for error in job.errors]
    lines += [f"{'warning':>10}  {warning}" for warning in job.warnings]
    return "\n".join(lines)
