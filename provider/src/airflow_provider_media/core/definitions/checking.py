"""Checks of a definition's text: the same as of a file of ``include/``, whose judge is ``core.project``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ConfigDict

from airflow_provider_media.core.definitions.definition import NAMES, DefinitionKind, DefinitionText
from airflow_provider_media.core.diagnostics import Diagnostic, Mark, Severity
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.project.project import Project, ProjectFiles
from airflow_provider_media.core.workflows.document import read_file

NAME_RULE = "definition-name"
OTHER_NAME = "definition-name-differs"
UNNAMED = "unnamed"
"""Name of a definition that is checked without one."""
ALLOWED_NAMES = {
    "workflows": "1 to 63 lower case letters, digits, - and _, the first one a letter or a digit",
    "state-machines": "1 to 200 letters, digits, - and _",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDiagnostic:
    """One error or warning about a definition."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    severity: Severity
    code: str
    """Stable name of the broken rule, such as `unknown-field`."""
    message: str
    """What is wrong and what is allowed."""
    hint: str
    """What to write instead; empty when the message says it."""
    path: tuple[str | int, ...]
    """Path of the field, such as `["outputs", "hd", "preset"]`."""
    line: int | None
    """Line from 1; null when the mistake is not in the text, such as one in a preset."""
    column: int | None
    part: Literal["text", "settings"] = "text"
    """The text in which line and column count."""


def check_definition(
    kind: DefinitionKind, name: str | None, content: DefinitionText, *, presets: Path | None, accounts: Path | None
) -> tuple[DefinitionDiagnostic, ...]:
    """Return all errors and warnings of a definition.

    :param name: the name under which it is saved; not checked when absent.
    :param presets: folder of the project's presets.
    :param accounts: the file ``queues.yaml``.
    """
    if name is not None and not NAMES[kind].fullmatch(name):
        message = f"{name!r} cannot be the name of a definition: take {ALLOWED_NAMES[kind]}"
        return (_shown(Diagnostic(mark=Mark(), message=message, rule=NAME_RULE)),)
    with tempfile.TemporaryDirectory(prefix="definition-") as folder:
        place = Path(folder)
        if kind == "workflows":
            return _check_workflow(place / f"{name or UNNAMED}.yaml", name, content, presets, accounts)
        return _check_machine(place / f"{name or UNNAMED}.json", content)


def has_errors(found: Iterable[DefinitionDiagnostic]) -> bool:
    """Return whether a definition with these diagnostics cannot be published."""
    return any(one.severity == "error" for one in found)


def _check_workflow(
    path: Path, name: str | None, content: DefinitionText, presets: Path | None, accounts: Path | None
) -> tuple[DefinitionDiagnostic, ...]:
    path.write_text(content.text, encoding="utf-8")
    project = Project.load(ProjectFiles(workflows=(path,), presets=presets, accounts=accounts))
    own = [one for one in project.diagnostics if one.mark.file == str(path)]
    if not project.workflows and not any(one.is_error for one in own):
        # The mistake is in a preset, or in the accounts.
        own += [replace(one, message=str(one), mark=Mark(), field="") for one in project.errors]
    if name is not None and project.workflows and name not in project.workflows:
        own.append(_other_name(path, name, next(iter(project.workflows))))
    return _all_shown(own)


def _other_name(path: Path, name: str, written: str) -> Diagnostic:
    message = f"is {written!r}, but the definition is saved as {name!r}; write `name: {name}`"
    return Diagnostic(mark=_mark_of_name(path), field="name", message=message, rule=OTHER_NAME)


def _mark_of_name(path: Path) -> Mark:
    try:
        return read_file(path).nearest(("name",)).mark
    except WorkflowInvalid:
        return Mark()


def _check_machine(path: Path, content: DefinitionText) -> tuple[DefinitionDiagnostic, ...]:
    path.write_text(content.text, encoding="utf-8")
    if content.settings.strip():
        path.with_suffix(".yaml").write_text(content.settings, encoding="utf-8")
    return _all_shown(Project.load(ProjectFiles(machines=(path,))).diagnostics)


def _all_shown(found: Sequence[Diagnostic]) -> tuple[DefinitionDiagnostic, ...]:
    return tuple(map(_shown, sorted(found, key=lambda one: (one.mark, one.field))))


def _shown(one: Diagnostic) -> DefinitionDiagnostic:
    message, _, hint = one.message.partition("; ")
    is_settings = one.mark.file.endswith(".yaml") and Path(one.mark.file).with_suffix(".json").exists()
    return DefinitionDiagnostic(
        severity=one.severity,
        code=one.rule,
        message=message,
        hint=hint,
        path=_path(one.field),
        line=one.mark.line or None,
        column=one.mark.column or None,
        part="settings" if is_settings else "text",
    )


def _path(field: str) -> tuple[str | int, ...]:
    """Return the path in a diagnostic's field: ``outputs.hd.at.0``, ``outputs.hd.at[0]`` or ``/States/A/Retry/0``."""
    steps = field.strip("/").split("/") if field.startswith("/") else re.split(r"[.\[\]]+", field.rstrip("]"))
    return tuple(int(step) if step.isdigit() else step for step in steps if step)
