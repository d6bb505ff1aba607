"""Definitions of both origins: those of files, which only Git changes, and those of the definition store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from airflow_provider_media.core.definitions.checking import (
    NAME_RULE,
    check_definition,
    has_errors,
)
from airflow_provider_media.core.definitions.definition import (
    Definition,
    DefinitionKind,
    DefinitionStatus,
    DefinitionText,
)
from airflow_provider_media.core.definitions.errors import DefinitionInFiles, StoredDefinitionInvalid
from airflow_provider_media.core.diagnostics import TextDiagnostic
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.project.machine_files import settings_path
from airflow_provider_media.core.project.project import yaml_files
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import load_workflows
from airflow_provider_media.hooks.definitions import definition_mirror, definition_store


def definition_files(kind: DefinitionKind) -> dict[str, Path]:
    """Return the files that define something of a kind, by its name; a file with errors by the file's own name."""
    if kind == "state-machines":
        return {path.stem: path for path in sorted(settings.state_machines_folder().glob("*.json"))}
    folder = settings.workflows_folder()
    named = {path: name for name, path in load_workflows(folder).workflow_paths.items()}
    return {named.get(path, path.stem): path for path in yaml_files(folder)}


def is_in_files(kind: DefinitionKind, name: str) -> bool:
    """Return whether a file has a definition of this name, or is called so."""
    files = definition_files(kind)
    return name in files or any(path.stem == name for path in files.values())


def read_definition_file(path: Path) -> DefinitionText:
    """Return the text of a definition's file, and of the settings beside a state machine."""
    beside = settings_path(path)
    has_settings = path.suffix == ".json" and beside.is_file()
    return DefinitionText(text=_read(path), settings=_read(beside) if has_settings else "")


TextCheck = Callable[[DefinitionKind, str | None, DefinitionText], tuple[TextDiagnostic, ...]]
"""Function that returns the errors and warnings of a definition."""


def check_text(kind: DefinitionKind, name: str | None, content: DefinitionText) -> tuple[TextDiagnostic, ...]:
    """Return all errors and warnings of a definition, judged with the project's presets and accounts.

    :param name: the name under which it is saved; not checked when absent.
    """
    return check_definition(kind, name, content, presets=settings.presets_folder(), accounts=settings.queues_file())


def current_definitions(kind: DefinitionKind) -> list[Definition]:
    """Return the current version of each stored definition, as the store has them now; none without a store.

    :raises StorageError: when the store cannot be read.
    """
    if not settings.definitions():
        return []
    mirror = definition_mirror()
    if problem := mirror.refresh(kind):
        raise StorageError(f"The definition store cannot be read: {problem}")
    return mirror.current(kind)


def save_definition(
    kind: DefinitionKind,
    name: str,
    content: DefinitionText,
    *,
    status: DefinitionStatus,
    base: int | None,
    saved_by: str,
    comment: str = "",
    check: TextCheck = check_text,
) -> Definition:
    """Save a definition as its next version, if it may be saved under this name with this status.

    :param base: number of the version that the change began from; None for a new definition.
    :param check: judges the definition.
    :raises DefinitionsUnavailable: when no store is configured.
    :raises DefinitionInFiles: when a file has a definition of this name.
    :raises StoredDefinitionInvalid: when the name is not allowed, or a definition to publish has errors.
    :raises DefinitionChanged: when the current version is not ``base``.
    """
    store = definition_store()
    if is_in_files(kind, name):
        raise DefinitionInFiles(
            f"A file of include/ has the definition {name!r}. Change the file in its repository, or save under another"
            " name."
        )
    found = check(kind, name, content)
    if has_errors(found) and (status == "published" or any(one.code == NAME_RULE for one in found)):
        first = next(one for one in found if one.severity == "error")
        raise StoredDefinitionInvalid(
            f"{name} cannot be saved as {status}: {first}. Correct it, or save it as a draft.",
            diagnostics=[to_json(one) for one in found],
        )
    saved = store.put(kind, name, content, status=status, base=base, saved_by=saved_by, comment=comment)
    # Other processes of this machine then see at once what was saved. It is saved, whether or not they do.
    with suppress(MediaError, OSError):
        definition_mirror().refresh(kind, name=name)
    return saved


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
