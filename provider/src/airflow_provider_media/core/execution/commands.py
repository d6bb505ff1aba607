"""Commands of a plan, run as an engine allows: with its tools, its limits, its sandbox and its cancellation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.runner import Finished, run
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.plans import Command


def run_command(
    command: Command,
    engine: Engine,
    *,
    name: str,
    directory: Path,
    source: Path | None = None,
    check: DecodeCheck | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Finished:
    """Run one command to its end; parameters and errors are those of :func:`~core.ffmpeg.runner.run`.

    :param report: the engine's own when absent.
    """
    return run(
        command,
        directory=directory,
        source=source,
        toolchain=engine.toolchain,
        limits=engine.limits,
        name=name,
        check=check,
        report=report or engine.report,
        cancelled=engine.cancelled,
        require_sandbox=engine.require_sandbox,
    )
