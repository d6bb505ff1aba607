"""``airflow media run``: a whole job in this process."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from airflow_provider_media.cli.command_output import bar, quality_line, say
from airflow_provider_media.cli.run_settings import engine_for, job_of, required
from airflow_provider_media.core.execution.run import run as run_job
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Manifest
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Run the job and print its manifest. Exit code 0 means that every output was verified and published.

    :raises MediaError: with the exit code of the failed part: 2 configuration, 3 source, 4 processing, 5 storage.
    """
    job = job_of(args, output=required(args, "output"))
    with engine_for(_reporter()) as engine:
        manifest = run_job(job, engine)
    say(json.dumps(to_json(manifest), indent=2, ensure_ascii=False) if args.json else describe(manifest))
    return 0


def _reporter() -> Callable[[Progress], None]:
    """Return a function that draws a progress bar on stderr; nothing is drawn when stderr is not a terminal."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda progress: print(
        f"\r\033[K{bar(progress.percent)} {progress}",
        end="\n" if progress.percent >= 100 else "",
        file=sys.stderr,
        flush=True,
    )


def describe(manifest: Manifest) -> str:
    """Return the published files as text, one line per file."""
    lines = [f"{made.size:>12,}  {made.uri}" for made in manifest.outputs]
    lines += [f"        VMAF  {quality_line(to_json(each))}" for each in manifest.quality]
    lines += [f"    left out  {one.output}: {one.reason}" for one in manifest.left_out]
    lines += [f"      failed  {one['name']}: {one['message']}" for one in manifest.failed]
    lines += [f"     warning  {warning}" for warning in manifest.warnings]
    count, seconds = len(manifest.outputs), sum(manifest.timings.values())
    return "\n".join([*lines, f"{count} file{'s' * (count != 1)} in {seconds:.1f} s; manifest {manifest.uri}"])
