"""Parsing of YAML, or of a request's JSON, into a checked workflow with its presets resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from airflow_provider_media.core.diagnostics import Diagnostic, diagnostics_of, invalid
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.workflows.document import file_content, read_content, read_yaml
from airflow_provider_media.core.workflows.explaining import explain, explain_kind
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS, Workflow
from airflow_provider_media.core.workflows.node import YamlNode, from_plain
from airflow_provider_media.core.workflows.presets import Presets, builtin_presets, resolve
from airflow_provider_media.core.workflows.rules import check


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Result of all checks of a workflow's document."""

    workflow: Workflow | None
    """None if there is any error."""
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings."""


def examine(tree: YamlNode, presets: Presets) -> Examined:
    """Resolve, validate and cross-check a document, and collect all errors and warnings."""
    resolved, unresolved = _with_presets(tree, presets)
    try:
        workflow = Workflow.model_validate(resolved.plain())
    except ValidationError as error:
        # If the presets of all outputs are unknown, no output is left; that is not a second mistake.
        found = [one for one in explain(error, resolved) if not (unresolved and one.field == "outputs")]
        return Examined(workflow=None, diagnostics=(*unresolved, *found))
    found = check(workflow, resolved)
    sound = not unresolved and all(one.severity == "warning" for one in found)
    return Examined(workflow=workflow if sound else None, diagnostics=(*unresolved, *found))


def parse_workflow(text: str, file: str = "", presets: Presets | None = None) -> Workflow:
    """Return the workflow in a YAML text.

    :param file: name that diagnostics show.
    :param presets: the built-in ones when absent.
    :raises WorkflowInvalid: with every mistake, its place, and what to write instead.
    """
    return _sound(examine(read_yaml(text, file), presets or builtin_presets()))


def load_workflow(path: Path, presets: Presets | None = None) -> Workflow:
    """Return the workflow in a file.

    :raises WorkflowInvalid: as ``parse_workflow`` does.
    """
    return parse_content(file_content(path), str(path), presets)


def parse_content(content: bytes, file: str, presets: Presets | None = None) -> Workflow:
    """Return the workflow in the bytes of a file.

    :param file: name that diagnostics show.
    :param presets: the built-in ones when absent.
    :raises WorkflowInvalid: as ``parse_workflow`` does.
    """
    return _sound(examine(read_content(content, file), presets or builtin_presets()))


def build_workflow(fields: Mapping[str, Any], presets: Presets | None = None) -> Workflow:
    """Return the workflow of a request or an operator, checked by the same rules as a file.

    :raises WorkflowInvalid: as ``parse_workflow`` does, without places.
    """
    return _sound(examine(from_plain(fields), presets or builtin_presets()))


def validate_output(tree: YamlNode, field: str) -> OutputSpec:
    """Return one output whose preset is already resolved.

    :param field: path of the output, for errors.
    :raises WorkflowInvalid: with every mistake.
    """
    kind = tree.nearest(("kind",)).value
    if not isinstance(kind, str) or kind not in OUTPUT_SPECS:
        raise invalid([explain_kind(tree, field)])
    try:
        return OUTPUT_SPECS[kind].model_validate(tree.plain())
    except ValidationError as error:
        raise invalid(explain(error, tree, OUTPUT_SPECS[kind], field)) from None


def _with_presets(tree: YamlNode, presets: Presets) -> tuple[YamlNode, list[Diagnostic]]:
    outputs = tree.child("outputs")
    if outputs is None or not outputs.entries:
        return tree, []
    resolved: dict[str, YamlNode] = {}
    problems: list[Diagnostic] = []
    for name, output in outputs.entries.items():
        try:
            resolved[name] = resolve(output, presets, f"outputs.{name}")
        except WorkflowInvalid as error:
            problems.extend(diagnostics_of(error))
    return replace(tree, value={**tree.entries, "outputs": replace(outputs, value=resolved)}), problems


def _sound(examined: Examined) -> Workflow:
    if examined.workflow is None:
        raise invalid(one for one in examined.diagnostics if one.severity == "error")
    return examined.workflow
