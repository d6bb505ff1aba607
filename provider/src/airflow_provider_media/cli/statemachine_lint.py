"""``airflow media statemachine lint``: errors in state machines, their places, and the allowed values."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.project.project import Project, ProjectFiles
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Print the findings. Return 0 when there are only warnings or none, else 2.

    :raises StateMachineInvalid: when there is nothing to check.
    """
    files = list(_files(Path(path) for path in args.paths))
    if not files:
        raise StateMachineInvalid("There is nothing to check: name a JSON file, or a folder with *.json files.")
    found = lint(files)
    errors = sum(one.is_error for one in found)
    if args.json:
        say(json.dumps([to_json(one) for one in found], indent=2, ensure_ascii=False))
    else:
        warnings = len(found) - errors
        say(*found, f"{_count(len(files), 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", sep="\n")
    return StateMachineInvalid.exit_code if errors else 0


def lint(files: Iterable[Path]) -> list[Diagnostic]:
    """Return the diagnostics of state machines and of the settings beside them, folder by folder.

    :param files: definitions in JSON.
    """
    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        folders[path.parent].append(path)
    found: list[Diagnostic] = []
    for paths in folders.values():
        found += Project.load(ProjectFiles(machines=tuple(paths))).diagnostics
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.json")) if path.is_dir() else [path]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
