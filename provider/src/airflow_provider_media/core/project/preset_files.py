"""Preset files of a project."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_media.core.diagnostics import Diagnostic, diagnostics_of
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.document import read_file
from airflow_provider_media.core.workflows.node import YamlNode
from airflow_provider_media.core.workflows.parsing import validate_output
from airflow_provider_media.core.workflows.presets import Presets, resolve


def check_presets(path: Path, presets: Presets) -> list[Diagnostic]:
    """Return the mistakes in a file of presets; fields that a workflow must still give may be absent."""
    try:
        tree = read_file(path)
    except WorkflowInvalid as error:
        return diagnostics_of(error)
    if not tree.entries:
        return [
            Diagnostic(mark=tree.mark, message="holds no presets: write names with fields below them", rule="preset")
        ]
    found: list[Diagnostic] = []
    for name, node in tree.entries.items():
        found += _check_preset(name, node, presets)
    return found


def _check_preset(name: str, node: YamlNode, presets: Presets) -> list[Diagnostic]:
    try:
        validate_output(resolve(node, presets, name), name)
    except WorkflowInvalid as error:
        return [one for one in diagnostics_of(error) if one.rule != "missing-field"]
    return []
