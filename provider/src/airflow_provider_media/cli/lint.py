"""``airflow media lint``: errors in workflows and presets, and how to fix them."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.project.project import Project, ProjectFiles, yaml_files
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.workflows.schema import workflow_schema

ENDINGS = (".yaml", ".yml")
PRESETS_FOLDER = "presets"
WORKFLOWS_FOLDER = "workflows"
PROJECT_FOLDERS = (WORKFLOWS_FOLDER, PRESETS_FOLDER)
QUEUES_FILE = "queues.yaml"


def run(args: argparse.Namespace) -> int:
    """Print the diagnostics. Return 0 when there are only warnings or none, else 2.

    :raises ConfigurationError: when there is nothing to check.
    """
    if args.schema:
        say(schema_text(), end="")
        return 0
    files = list(_files(Path(path) for path in args.paths))
    if not files:
        raise ConfigurationError(
            "There is nothing to check: name a workflow file, or a folder with *.yaml files such as include."
        )
    found = lint(files, Path(args.presets) if args.presets else None)
    errors = sum(one.is_error for one in found)
    say(json.dumps([to_json(one) for one in found], indent=2) if args.json else _report(found, len(files), errors))
    return ConfigurationError.exit_code if errors else 0


def lint(files: Sequence[Path], presets_folder: Path | None = None) -> list[Diagnostic]:
    """Return the diagnostics of workflow and preset files, in order of place.

    A file in a folder called ``presets`` holds presets, any other a workflow. Files of one project are judged together
    with the project's accounts, which lie in ``queues.yaml`` beside the folder of the files.

    :param presets_folder: presets folder for all files; by default the one beside the folder of each file.
    """
    named = set(map(str, files))
    found: list[Diagnostic] = []
    for project_files in _projects(files, presets_folder):
        shown = named | {str(project_files.accounts)}
        found += [one for one in Project.load(project_files).diagnostics if one.mark.file in shown]
    return sorted(set(found), key=lambda one: (one.mark, one.field))


def schema_text() -> str:
    """Return the JSON Schema of workflow files, as in ``docs/reference/workflow.schema.json``."""
    return json.dumps(workflow_schema(), indent=2, ensure_ascii=False) + "\n"


def _projects(files: Iterable[Path], presets_folder: Path | None) -> list[ProjectFiles]:
    """Return the projects that files belong to; a workflow's project has all workflows of its folder."""
    workflows: dict[Path, set[Path]] = defaultdict(set)
    for path in files:
        if path.parent.name != PRESETS_FOLDER:
            workflows[path.parent] |= {path, *yaml_files(path.parent)}
        else:
            workflows[path.parent.parent / WORKFLOWS_FOLDER] |= set()
    return [
        ProjectFiles(
            workflows=tuple(sorted(paths)),
            presets=presets_folder or folder.parent / PRESETS_FOLDER,
            accounts=folder.parent / QUEUES_FILE,
        )
        for folder, paths in workflows.items()
    ]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        parts = [folder for name in PROJECT_FOLDERS if (folder := path / name).is_dir()] or [path]
        for part in parts:
            yield from (file for file in sorted(part.iterdir()) if file.suffix in ENDINGS)


def _report(found: Sequence[Diagnostic], files: int, errors: int) -> str:
    warnings = len(found) - errors
    summary = (
        f"{files} file{'s' * (files != 1)}: {errors} error{'s' * (errors != 1)}, {warnings}"
        f" warning{'s' * (warnings != 1)}"
    )
    return "\n".join([*map(str, found), summary])
