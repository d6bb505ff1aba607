"""``airflow media lint``: errors in workflows and presets, and how to fix them."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.workflows.catalogue import check_presets, read_catalogue
from airflow_provider_media.core.workflows.diagnostics import Diagnostic
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.core.workflows.schema import workflow_schema

ENDINGS = (".yaml", ".yml")
PRESETS_FOLDER = "presets"
PROJECT_FOLDERS = ("workflows", PRESETS_FOLDER)


@dataclass(slots=True, kw_only=True)
class Project:
    """Files that share one presets folder."""

    workflows: list[Path] = field(default_factory=list)
    presets: list[Path] = field(default_factory=list)


def run(args: argparse.Namespace) -> int:
    """Print the diagnostics. Return 0 when there are only warnings or none, else 2.

    :raises ConfigurationError: when there is nothing to check.
    """
    if args.schema:
        say(schema_text(), end="")
        return 0
    files = list(_files(Path(path) for path in args.paths))
    if not files:
        raise ConfigurationError("There is nothing to check: name a workflow file, or a folder with *.yaml files such as include.")
    found = lint(files, Path(args.presets) if args.presets else None)
    errors = sum(one.severity == "error" for one in found)
    say(json.dumps([to_json(one) for one in found], indent=2) if args.json else _report(found, len(files), errors))
    return ConfigurationError.exit_code if errors else 0


def lint(files: Iterable[Path], presets_folder: Path | None = None) -> list[Diagnostic]:
    """Return the diagnostics of workflow and preset files, in order of place.

    A file in a folder called ``presets`` holds presets, any other a workflow.

    :param presets_folder: presets folder for all files; by default the one beside the folder of each file.
    """
    found: list[Diagnostic] = []
    for folder, project in _by_project(files, presets_folder).items():
        presets = load_presets(folder)
        found += read_catalogue(project.workflows, presets).diagnostics
        found += [one for path in project.presets for one in check_presets(path, presets)]
    return sorted(set(found), key=lambda one: (one.mark, one.field))


def schema_text() -> str:
    """Return the JSON Schema of workflow files, as in ``docs/reference/workflow.schema.json``."""
    return json.dumps(workflow_schema(), indent=2, ensure_ascii=False) + "\n"


def _by_project(files: Iterable[Path], presets_folder: Path | None) -> dict[Path, Project]:
    projects: dict[Path, Project] = defaultdict(Project)
    for path in files:
        if path.parent.name == PRESETS_FOLDER:
            projects[presets_folder or path.parent].presets.append(path)
        else:
            projects[presets_folder or path.parent.parent / PRESETS_FOLDER].workflows.append(path)
    return projects


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        parts = [folder for name in PROJECT_FOLDERS if (folder := path / name).is_dir()] or [path]
        yield from (file for part in parts for file in sorted(part.iterdir()) if file.suffix in ENDINGS)


def _report(found: Sequence[Diagnostic], files: int, errors: int) -> str:
    warnings = len(found) - errors
    summary = f"{files} file{'s' * (files != 1)}: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    return "\n".join([*map(str, found), summary])
