"""``airflow media statemachine lint``: errors in state machines, their places, and the allowed values."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang.files import findings


def run(args: argparse.Namespace) -> int:
    """Print the findings. Return 0 when there are only warnings or none, else 2.

    :raises StateMachineInvalid: when there is nothing to check.
    """
    files = list(_files(Path(path) for path in args.paths))
    if not files:
        raise StateMachineInvalid("There is nothing to check: name a JSON file, or a folder with *.json files.")
    found = [one for path in files for one in findings(path)]
    errors = sum(one.diagnostic.severity == "ERROR" for one in found)
    if args.json:
        say(json.dumps([one.to_json() for one in found], indent=2, ensure_ascii=False))
    else:
        warnings = len(found) - errors
        say(*found, f"{_count(len(files), 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", sep="\n")
    return StateMachineInvalid.exit_code if errors else 0


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.json")) if path.is_dir() else [path]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
