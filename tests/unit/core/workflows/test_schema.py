"""The JSON Schema for editors says what the parser says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from airflow_provider_media.core.workflows.document import read_file, read_yaml
from airflow_provider_media.core.workflows.schema import workflow_schema

ROOT = Path(__file__).parents[4]
VALIDATOR = jsonschema.Draft202012Validator(workflow_schema())


def valid(output: str) -> bool:
    return VALIDATOR.is_valid(read_yaml(f"name: one\noutputs: {{a: {output}}}\n").plain())


def test_the_published_schema_is_current():
    published = json.loads((ROOT / "docs" / "reference" / "workflow.schema.json").read_text())
    assert published == workflow_schema(), (
        "write it anew: airflow media lint --schema > docs/reference/workflow.schema.json"
    )


def test_the_schema_is_sound():
    jsonschema.Draft202012Validator.check_schema(workflow_schema())
    assert VALIDATOR.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_what_an_editor_fills_in_can_be_read():
    schema = workflow_schema()
    for definition in schema["$defs"].values():
        for name, field in definition.get("properties", {}).items():
            if "default" in field:
                found = jsonschema.Draft202012Validator({"$defs": schema["$defs"], **field}).iter_errors(
                    field["default"]
                )
                assert [error.message for error in found] == [], name


@pytest.mark.parametrize("path", sorted((ROOT / "include" / "workflows").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_workflow_fits(path):
    assert [error.message for error in VALIDATOR.iter_errors(read_file(path).plain())] == []


@pytest.mark.parametrize(
    "output",
    [
        "{kind: transcode}",
        "{preset: poster}",
        "{kind: snapshots, preset: poster}",
        "{kind: snapshots, at: [5, 3.5s, 10%, '00:00:05:12']}",
        "{kind: transcode, video: {frame_rate: 30000/1001}}",
        "{kind: transcode, video: {frame_rate: 25}}",
        "{kind: transcode, video: copy}",
        "{kind: sprites, every: 5}",
        "{kind: transcode, watermarks: [{text: a, x: 24, y: 5%}]}",
    ],
)
def test_notations_and_presets_are_accepted_as_the_parser_accepts_them(output):
    assert valid(output)


@pytest.mark.parametrize(
    "output",
    [
        "{}",
        "{kind: nothing}",
        "{kind: snapshots}",
        "{kind: transcode, fps: 5}",
        "{kind: transcode, video: {codec: h246}}",
        "{kind: ladder, at: [5]}",
    ],
)
def test_mistakes_are_marked_while_one_writes(output):
    assert not valid(output)
