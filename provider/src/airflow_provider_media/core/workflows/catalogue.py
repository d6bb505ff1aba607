"""Catalogue: all workflows of a folder; an invalid workflow never hides the valid ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.diagnostics import Diagnostic, diagnostics_of, invalid
from airflow_provider_media.core.workflows.document import read_file
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.core.workflows.node import YamlNode
from airflow_provider_media.core.workflows.parsing import examine, validate_output
from airflow_provider_media.core.workflows.presets import Presets, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Workflows and diagnostics of a project's files."""

    workflows: Mapping[Path, Workflow]
    """The valid workflows, by file."""
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings of all files."""

    @property
    def errors(self) -> dict[str, WorkflowInvalid]:
        """One error for each invalid file, by file name."""
        bad = [one for one in self.diagnostics if one.severity == "error"]
        return {file: invalid(one for one in bad if one.mark.file == file) for file in sorted({one.mark.file for one in bad})}


def read_catalogue(paths: Iterable[Path], presets: Presets) -> Catalogue:
    """Read workflow files; of two workflows with one name, the first in order of file names is used."""
    workflows: dict[Path, Workflow] = {}
    owners: dict[str, Path] = {}
    diagnostics: list[Diagnostic] = []
    for path in sorted(paths):
        try:
            tree = read_file(path)
        except WorkflowInvalid as error:
            diagnostics += diagnostics_of(error)
            continue
        examined = examine(tree, presets)
        diagnostics += examined.diagnostics
        if examined.workflow is None:
            continue
        if (name := examined.workflow.name) in owners:
            diagnostics.append(_taken(tree, name, owners[name]))
            continue
        owners[name] = path
        workflows[path] = examined.workflow
    return Catalogue(workflows=workflows, diagnostics=tuple(diagnostics))


def check_presets(path: Path, presets: Presets) -> list[Diagnostic]:
    """Return the mistakes in a file of presets; fields that a workflow must still give may be absent."""
    try:
        tree = read_file(path)
    except WorkflowInvalid as error:
        return diagnostics_of(error)
    if not tree.entries:
        return [Diagnostic(mark=tree.mark, message="holds no presets: write names with fields below them", rule="preset")]
    return [one for name, node in tree.entries.items() for one in _check_preset(name, node, presets)]


def _check_preset(name: str, node: YamlNode, presets: Presets) -> list[Diagnostic]:
    try:
        validate_output(resolve(node, presets, name), name)
    except WorkflowInvalid as error:
        return [one for one in diagnostics_of(error) if one.rule != "missing-field"]
    return []


def _taken(tree: YamlNode, name: str, owner: Path) -> Diagnostic:
    message = f"{name!r} is the name of the workflow in {owner} already; give this one another"
    return Diagnostic(mark=tree.nearest(("name",)).mark, field="name", message=message, rule="duplicate-name")
