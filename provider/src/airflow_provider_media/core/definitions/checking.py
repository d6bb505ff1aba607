"""Checks of a definition's text: the same as of a file of ``include/``, whose judge is ``core.project``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from airflow_provider_media.core.definitions.definition import NAMES, DefinitionKind, DefinitionText
from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic, Mark, TextDiagnostic
from airflow_provider_media.core.project.project import Project, ProjectFiles
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource

NAME_RULE = "definition-name"
SETTINGS_RULE = "definition-settings"
UNNAMED = "unnamed"
"""Name of a definition that is checked without one."""
ALLOWED_NAMES = {
    "workflows": "1 to 63 lower case letters, digits, - and _, the first one a letter or a digit",
    "state-machines": "1 to 200 letters, digits, - and _",
}


def check_definition(
    kind: DefinitionKind, name: str | None, content: DefinitionText, *, presets: Path | None, accounts: Path | None
) -> tuple[TextDiagnostic, ...]:
    """Return all errors and warnings of a definition.

    :param name: the name under which it is saved; not checked when absent.
    :param presets: folder of the project's presets.
    :param accounts: the file ``queues.yaml``.
    """
    with tempfile.TemporaryDirectory(prefix="definition-") as folder:
        return check_in_folder(Path(folder), kind, name, content, presets=presets, accounts=accounts)


def check_in_folder(
    folder: Path,
    kind: DefinitionKind,
    name: str | None,
    content: DefinitionText,
    *,
    presets: Path | None,
    accounts: Path | None,
) -> tuple[TextDiagnostic, ...]:
    """Return all errors and warnings of a definition, whose files are written into an empty folder."""
    if name is not None and not NAMES[kind].fullmatch(name):
        message = f"{name!r} cannot be the name of a definition: take {ALLOWED_NAMES[kind]}"
        return (TextDiagnostic.of(Diagnostic(mark=NOWHERE, message=message, rule=NAME_RULE)),)
    if kind == "workflows":
        return _check_workflow(folder / f"{name or UNNAMED}.yaml", name, content, presets, accounts)
    return _check_machine(folder / f"{name or UNNAMED}.json", content)


def has_errors(found: Iterable[TextDiagnostic]) -> bool:
    """Return whether a definition with these diagnostics cannot be published."""
    return any(one.severity == "error" for one in found)


def machine_diagnostics(found: Iterable[Diagnostic], text: str) -> tuple[TextDiagnostic, ...]:
    """Return the diagnostics of a state machine's files in the form of clients.

    :param text: text of the definition. Only it tells a slash in a state's name from one between two names.
    """
    ordered = _in_order(found)
    paths = DefinitionSource(text).paths(one.field for one in ordered)
    return tuple(
        TextDiagnostic.of(one, part="settings")
        if one.mark.file.endswith(".yaml")
        else TextDiagnostic.of(one, path=path)
        for one, path in zip(ordered, paths, strict=True)
    )


def _check_workflow(
    path: Path, name: str | None, content: DefinitionText, presets: Path | None, accounts: Path | None
) -> tuple[TextDiagnostic, ...]:
    path.write_text(content.text, encoding="utf-8")
    # Only a stored workflow has to have the name of its copy.
    own_files = ProjectFiles(workflows=(path,)) if name is None else ProjectFiles(stored_workflows=(path,))
    project = Project.load(replace(own_files, presets=presets, accounts=accounts))
    own = [one for one in project.diagnostics if one.mark.file == str(path)]
    if not project.workflows and not any(one.is_error for one in own):
        # The mistake is in a preset, or in the accounts.
        own += [replace(one, message=str(one), mark=Mark(), field="") for one in project.errors]
    return (*map(TextDiagnostic.of, _in_order(own)), *_needless_settings(content))


def _needless_settings(content: DefinitionText) -> Iterator[TextDiagnostic]:
    if content.settings.strip():
        message = "a workflow has no settings beside it; write them into its text"
        needless = Diagnostic(mark=Mark(line=1, column=1), message=message, rule=SETTINGS_RULE)
        yield TextDiagnostic.of(needless, part="settings")


def _check_machine(path: Path, content: DefinitionText) -> tuple[TextDiagnostic, ...]:
    path.write_text(content.text, encoding="utf-8")
    if content.settings.strip():
        path.with_suffix(".yaml").write_text(content.settings, encoding="utf-8")
    return machine_diagnostics(Project.load(ProjectFiles(machines=(path,))).diagnostics, content.text)


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda one: (one.mark, one.field))
