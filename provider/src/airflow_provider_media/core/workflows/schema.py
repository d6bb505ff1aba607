"""JSON Schema of workflow files, for completion and checks in editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from airflow_provider_media.core.media.notation import Length, Offset
from airflow_provider_media.core.outputs.labels import LABELS
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS, Workflow

SHOWN = ("description", "examples", "x-unit")
"""Keywords that a form shows beside a field; ``x-unit`` is the unit of its number."""
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Writes defaults in the notation of workflows, so that a default inserted by an editor can be read."""

    def encode_default(self, dft: Any) -> Any:
        return str(dft) if isinstance(dft, Offset | Length) else super().encode_default(dft)


def workflow_schema() -> dict[str, Any]:
    """Return the schema of a workflow file as its author writes it.

    The schema differs from the model's schema in one point: an output with a preset may omit the fields of the preset,
    also its kind. For forms, every field has a title and a description, and where the model knows them a unit
    (``x-unit``) and labels of its values (``x-labels``).
    """
    schema = Workflow.model_json_schema(mode="validation", schema_generator=_AsWritten)
    definitions = schema["$defs"]
    kinds = {kind: model.__name__ for kind, model in OUTPUT_SPECS.items()}
    for kind, name in kinds.items():
        _lean_on_preset(definitions[name])
        definitions[name]["title"] = kind.replace("_", " ").capitalize()
    for definition in (schema, *definitions.values()):
        for name, field in definition.get("properties", {}).items():
            definition["properties"][name] = _for_forms(name, field)
    outputs = schema["properties"]["outputs"]
    outputs["patternProperties"] = dict.fromkeys(outputs["patternProperties"], _output(kinds))
    outputs["additionalProperties"] = False
    return {
        "$schema": SCHEMA_ID,
        "title": "Media workflow",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _for_forms(name: str, field: dict[str, Any]) -> dict[str, Any]:
    """Return a field with what a form shows at its top: title, description, unit, examples, and labels of values."""
    described: dict[str, Any] = {}
    for branch in (*_branches(field), field):
        described |= {key: branch[key] for key in SHOWN if key in branch}
        values = tuple(branch.get("enum") or branch.get("items", {}).get("enum", ()))
        if values in LABELS:
            described["x-labels"] = dict(LABELS[values])
    return {**field, **described, "title": name.replace("_", " ").capitalize()}


def _branches(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for branch in field.get("anyOf", ()):
        yield from _branches(branch)
        yield branch


def _lean_on_preset(definition: dict[str, Any]) -> None:
    required = definition.pop("required", None)
    if required:
        definition["anyOf"] = [{"required": ["preset"]}, {"required": required}]


def _output(kinds: dict[str, str]) -> dict[str, Any]:
    # One branch per kind instead of ``oneOf``: editors then report the wrong field, not that no form fits.
    branches = [
        {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": {"$ref": f"#/$defs/{name}"}}
        for kind, name in kinds.items()
    ]
    return {
        "type": "object",
        "description": "One wanted output: a kind, a preset, or both, and the fields that differ from the preset.",
        "properties": {
            "kind": {"enum": list(kinds), "description": "What is made."},
            "preset": {"type": "string", "description": "Name of a preset whose fields these override."},
        },
        "anyOf": [{"required": ["kind"]}, {"required": ["preset"]}],
        "allOf": branches,
    }
