"""JSON Schema of workflow files, for completion and checks in editors."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from airflow_provider_media.core.media.notation import Length, Offset
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS, Workflow

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Writes defaults in the notation of workflows, so that a default inserted by an editor can be read."""

    def encode_default(self, dft: Any) -> Any:
        return str(dft) if isinstance(dft, Offset | Length) else super().encode_default(dft)


def workflow_schema() -> dict[str, Any]:
    """Return the schema of a workflow file as its author writes it.

    The schema differs from the model's schema in one point: an output with a preset may omit the fields of the preset,
    also its kind.
    """
    schema = Workflow.model_json_schema(mode="validation", schema_generator=_AsWritten)
    definitions = schema["$defs"]
    kinds = {kind: model.__name__ for kind, model in OUTPUT_SPECS.items()}
    for name in kinds.values():
        _lean_on_preset(definitions[name])
    outputs = schema["properties"]["outputs"]
    outputs["patternProperties"] = dict.fromkeys(outputs["patternProperties"], _output(kinds))
    outputs["additionalProperties"] = False
    return {
        "$schema": SCHEMA_ID,
        "title": "Media workflow",
        **{key: value for key, value in schema.items() if key != "title"},
    }


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
