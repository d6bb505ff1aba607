"""The configured project as its files are now; files are read again only after a change."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.accounts.accounts import Queues
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.project.project import Project, ProjectFiles, yaml_files
from airflow_provider_media.core.submission.errors import WorkflowUnknown
from airflow_provider_media.core.uploads.listing import is_always_watched
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks import settings

FRESH_SECONDS = 5.0
"""Age, in seconds, of a look at the definition store with which servers and tasks are content."""
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
            f"There is no workflow {name!r} without errors; there are: {allowed}.{hint} Name one of them, or put a file"
            " with this workflow and without errors back.",
            field="workflow",
        )
    return known[name]


def all_workflows() -> Mapping[str, FrozenWorkflow]:
    """Return the workflows without errors by name, as their files are now."""
    return load_workflows().workflows


def watched_workflows() -> list[str]:
    """Return the names of the workflows whose uploads are looked for all the time, as their files are now."""
    return sorted(name for name, frozen in all_workflows().items() if is_always_watched(frozen.workflow))


def is_complete() -> bool:
    """Return whether no workflow's file has errors now."""
    return not load_workflows().errors_in((*yaml_files(settings.workflows_folder()), *stored_workflows()))


def load_workflows(folder: Path | None = None, *, stored: str | None = None, max_age: float = FRESH_SECONDS) -> Project:
    """Return the part of the project that its workflows depend on: workflows, presets and accounts.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) and the definition store
        when absent. The folder need not exist.
    :param stored: name of the only stored workflow that is wanted; all of them when absent.
    :param max_age: seconds for which an earlier look at the definition store is good enough.
    """
    copies = () if folder is not None else stored_workflows(stored, max_age=max_age)
    files = workflow_files(yaml_files(folder or settings.workflows_folder()), copies)
    return _read_workflows(files, settings.cache_directory(), _stamps(files))


def stored_workflows(name: str | None = None, *, max_age: float = FRESH_SECONDS) -> tuple[Path, ...]:
    """Return the copies of the published workflows of the definition store; none without a store."""
    if not settings.definitions():
        return ()
    from airflow_provider_media.hooks.definitions import stored_files

    return stored_files("workflows", name=name, max_age=max_age)


def workflow_files(paths: tuple[Path, ...], stored: tuple[Path, ...] = ()) -> ProjectFiles:
    """Return workflow files with the configured presets and accounts."""
    return ProjectFiles(
        workflows=paths,
        stored_workflows=stored,
        presets=settings.presets_folder(),
        accounts=settings.queues_file(),
    )


def queues() -> Queues:
    """Return the accounts of ``queues.yaml`` as the file is now.

    :raises ConfigurationError: when the file is not valid.
    """
    files = ProjectFiles(accounts=settings.queues_file())
    project = _read_queues(files, _stamps(files))
    if project.accounts is None:
        raise ConfigurationError("\n".join(map(str, project.errors)))
    return project.accounts


@lru_cache(maxsize=4)
def _read_workflows(files: ProjectFiles, cache_directory: Path, _stamps: Stamp) -> Project:
    return Project.load(files, cache_directory)


@lru_cache(maxsize=4)
def _read_queues(files: ProjectFiles, _stamps: Stamp) -> Project:
    return Project.load(files)


def _stamps(files: ProjectFiles) -> Stamp:
    accounts = (files.accounts,) if files.accounts is not None else ()
    workflows = (*files.workflows, *files.stored_workflows)
    return tuple(_stamp(path) for path in (*workflows, *yaml_files(files.presets), *accounts))


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        state = path.stat()
    except OSError:  # the file is gone, or may not be read
        return (str(path), 0, 0, 0)
    return (str(path), state.st_mtime_ns, state.st_ctime_ns, state.st_size)
