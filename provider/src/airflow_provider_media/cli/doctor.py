"""``airflow media doctor``: problems that keep jobs from working here, and their fixes."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.doctor.check_result import CheckResult

PROCESS_CONTEXT = "_AIRFLOW_PROCESS_CONTEXT"
"""Airflow's variable for where a process gets its connections.

``server`` stands for the database; otherwise the process asks its supervisor.
"""
MARKS = {"ok": "ok", "warning": "WARN", "error": "ERROR"}


def run(args: argparse.Namespace) -> int:
    """Print the results. Return 0 when jobs can work, else 2.

    :raises ConfigurationError: when Airflow is not installed here.
    """
    try:
        from airflow_provider_media.doctor.examine import OFFLINE, ONLINE, examine
    except ImportError as error:
        raise ConfigurationError(
            f"Airflow is not installed here ({error.name}); pip install 'airflow-provider-media[airflow]'"
        ) from None
    with _as_server():
        found = list(examine(OFFLINE if args.offline else (*OFFLINE, *ONLINE)))
    say(json.dumps([to_json(one) for one in found], indent=2, ensure_ascii=False) if args.json else describe(found))
    return ConfigurationError.exit_code if any(one.status == "error" for one in found) else 0


@contextmanager
def _as_server() -> Iterator[None]:
    before = os.environ.get(PROCESS_CONTEXT)
    os.environ[PROCESS_CONTEXT] = "server"
    try:
        yield
    finally:
        os.environ.pop(PROCESS_CONTEXT) if before is None else os.environ.update({PROCESS_CONTEXT: before})


def describe(found: Sequence[CheckResult]) -> str:
    """Return the results as lines for people, with the number of errors and warnings."""
    width = max(len(one.check) for one in found)
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.status]:>5}  {one.check:<{width}}  {one.message}")
        if one.advice:
            lines.append(f"{'':>5}  {'':<{width}}  -> {one.advice}")
    errors, warnings = (sum(one.status == status for one in found) for status in ("error", "warning"))
    return "\n".join([*lines, f"{errors} errors, {warnings} warnings"])
