"""The current workflows and accounts; their files are read again only after a change."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.errors import WorkflowUnknown
from airflow_provider_media.core.ingest.accounts import Queues, load_queues
from airflow_provider_media.core.job.listing import is_always_watched
from airflow_provider_media.core.workflows.catalogue import read_catalogue
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.hooks import settings

Stamp = tuple[tuple[str, int, int, int], ...]
"""Name, modification time (ns), status change time (ns) and size (bytes) of each file; any change changes the stamp."""


def find_workflow(name: str) -> FrozenWorkflow:
    """Return a workflow by its name, as its file is now.

    :raises WorkflowUnknown: when no file without errors has a workflow of this name.
    """
    known = all_workflows()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        allowed = ", ".join(sorted(known)) or "there is none"
        raise WorkflowUnknown(
            f"There is no workflow {name!r} without errors; there are: {allowed}.{hint} Name one of them, or put a file with this workflow"
            " and without errors back.",
            field="workflow",
        )
    return known[name]


def all_workflows() -> Mapping[str, FrozenWorkflow]:
    """Return the workflows without errors by name, as their files are now."""
    return _workflows()[0]


def watched_workflows() -> list[str]:
    """Return the names of the workflows whose uploads are looked for all the time, as their files are now."""
    return sorted(name for name, frozen in all_workflows().items() if is_always_watched(frozen.workflow))


def is_complete() -> bool:
    """Return whether no workflow's file has errors now."""
    return _workflows()[1]


def _workflows() -> tuple[Mapping[str, FrozenWorkflow], bool]:
    workflows, presets = settings.workflows_folder(), settings.presets_folder()
    return _read_workflows(workflows, presets, (*_stamp(workflows), *_stamp(presets)))


def queues() -> Queues:
    """Return the accounts of ``queues.yaml`` as the file is now.

    :raises ConfigurationError: when the file is not valid.
    """
    path = settings.queues_file()
    return _read_queues(path, _stamp(path))


@lru_cache(maxsize=4)
def _read_workflows(workflows: Path, presets: Path, _stamp: Stamp) -> tuple[Mapping[str, FrozenWorkflow], bool]:
    found = read_catalogue(workflows.glob("*.y*ml"), load_presets(presets))
    return {workflow.name: freeze(workflow) for workflow in found.workflows.values()}, not found.errors


@lru_cache(maxsize=4)
def _read_queues(path: Path, _stamp: Stamp) -> Queues:
    return load_queues(path)


def _stamp(path: Path) -> Stamp:
    files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path] if path.exists() else []
    return tuple((str(file), stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) for file in files for stat in [file.stat()])
