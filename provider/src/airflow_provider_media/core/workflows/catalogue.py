"""Catalogue: all workflows of a folder, where a bad one never hides the good ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.specs import OutputSpec
from airflow_provider_media.core.workflows.diagnostics import Diagnostic, diagnostics_of, invalid, nearest
from airflow_provider_media.core.workflows.document import Node, read_file
from airflow_provider_media.core.workflows.explaining import explain
from airflow_provider_media.core.workflows.model import OUTPUT_KINDS, Workflow
from airflow_provider_media.core.workflows.parsing import examine
from airflow_provider_media.core.workflows.presets import Presets, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What was found in the files of a project."""

    workflows: Mapping[Path, Workflow]
    """The sound ones, by file."""
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings of all files."""

    @property
    def errors(self) -> dict[str, WorkflowInvalid]:
        """One error per bad file, by its name."""
        bad = [one for one in self.diagnostics if one.severity == "error"]
        return {file: invalid(one for one in bad if one.mark.file == file) for file in sorted({one.mark.file for one in bad})}


def read_catalogue(paths: Iterable[Path], presets: Presets) -> Catalogue:
    """Read workflow files; of two with one name, the first in order of file names holds."""
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
    """What is wrong in a file of presets; fields that a workflow must still give may be absent."""
    try:
        tree = read_file(path)
    except WorkflowInvalid as error:
        return diagnostics_of(error)
    if not tree.entries:
        return [Diagnostic(mark=tree.mark, message="holds no presets: write names with fields below them", rule="preset")]
    return [one for name, node in tree.entries.items() for one in _check_preset(name, node, presets)]


def _check_preset(name: str, node: Node, presets: Presets) -> list[Diagnostic]:
    try:
        # Under its own name it stands in the presets already; one that names itself is caught there.
        resolved = resolve(node, presets, name)
    except WorkflowInvalid as error:
        return diagnostics_of(error)
    kind = resolved.nearest(("kind",))
    model = OUTPUT_KINDS.get(kind.value) if isinstance(kind.value, str) else None
    if model is None:
        return [_no_kind(name, kind)]
    return _incomplete(resolved, model, name)


def _incomplete(node: Node, model: type[OutputSpec], name: str) -> list[Diagnostic]:
    try:
        model.model_validate(node.plain())
    except ValidationError as error:
        return [one for one in explain(error, node, model, name) if one.rule != "missing-field"]
    return []


def _no_kind(name: str, kind: Node) -> Diagnostic:
    given = f"{kind.value!r} is not allowed" if isinstance(kind.value, str) else "is missing"
    message = f"{given}; allowed: {', '.join(OUTPUT_KINDS)}.{nearest(str(kind.value), OUTPUT_KINDS)}"
    return Diagnostic(mark=kind.mark, field=f"{name}.kind", message=message, rule="not-allowed")


def _taken(tree: Node, name: str, owner: Path) -> Diagnostic:
    message = f"{name!r} is the name of the workflow in {owner} already; give this one another"
    return Diagnostic(mark=tree.nearest(("name",)).mark, field="name", message=message, rule="duplicate-name")
