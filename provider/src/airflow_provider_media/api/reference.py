"""The reference page of the API, made from its OpenAPI document.

``python -m airflow_provider_media.api.reference docs/reference/rest.md`` writes the page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from airflow_provider_media.api.app import PREFIX, build_app
from airflow_provider_media.api.error_reference import error_classes, meaning
from airflow_provider_media.api.error_responses import ANSWERS
from airflow_provider_media.markdown import table

Document = Mapping[str, Any]
HEAD = (
    "<!-- Made by `python -m airflow_provider_media.api.reference docs/reference/rest.md`; a test holds it to the API."
    " -->\n\n# REST API\n"
)


def reference() -> str:
    """Return the page in Markdown."""
    document = build_app().openapi()
    operations = list(chain.from_iterable(_path(path, methods) for path, methods in document["paths"].items()))
    # Routes share examples; the page shows each example once.
    fresh = [part for index, part in enumerate(operations) if "```" not in part or part not in operations[:index]]
    return "\n".join([HEAD, document["info"]["description"], *fresh, *_schemas(document), *_errors()]).rstrip() + "\n"


def _path(path: str, methods: Document) -> Iterator[str]:
    for method, operation in methods.items():
        yield f"## {operation['summary']}\n\n`{method.upper()} {PREFIX}{path}`\n\n{operation['description']}\n"
        yield from _parameters(operation.get("parameters", ()))
        yield from _examples(operation.get("requestBody", {}).get("content", {}))
        yield from _answers(operation["responses"])


def _parameters(parameters: Iterable[Document]) -> Iterator[str]:
    shown = [each for each in parameters if each["name"] != "account"]
    if shown:
        rows = ((f"`{each['name']}`", each["in"], _type(each["schema"]), each.get("description", "")) for each in shown)
        yield table(("parameter", "in", "type", "meaning"), rows)


def _examples(content: Document) -> Iterator[str]:
    for example in content.get("application/json", {}).get("examples", {}).values():
        yield f"{example['summary']}:\n\n{_json(example['value'])}"


def _answers(responses: Document) -> Iterator[str]:
    for status, answer in sorted(responses.items()):
        example = answer.get("content", {}).get("application/json", {}).get("example")
        if example:
            yield f"Answer with {status}:\n\n{_json(example)}"
    errors = [(status, answer["description"]) for status, answer in sorted(responses.items()) if int(status) >= 400]
    yield table(("status", "codes"), errors)


def _schemas(document: Document) -> Iterator[str]:
    yield "## Fields\n\nA field without an entry under *meaning* means what its name says.\n"
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "enum" in schema:
            yield f"### {name}\n\n{schema['description']} {_type(schema)}.\n"
        if "properties" in schema:
            required = schema.get("required", ())
            rows = [
                (f"`{field}`", _type(one), "yes" if field in required else "", one.get("description", ""))
                for field, one in schema["properties"].items()
            ]
            yield (
                f"### {name}\n\n{schema.get('description', '')}\n\n"
                f"{table(('field', 'type', 'required', 'meaning'), rows)}"
            )


def _errors() -> Iterator[str]:
    meanings = {cls.code: meaning(cls) for cls in error_classes()}
    rows = [
        (f"`{code}`", str(answer.status), f"`{answer.brightcove}`", str(answer.retry_after or ""), meanings[code])
        for code, answer in ANSWERS.items()
    ]
    yield "## Error codes\n\n[Errors](errors.md) lists all errors of this package, with advice.\n"
    yield table(("code", "status", "in Brightcove's form", "Retry-After", "meaning"), rows)


def _type(schema: Document) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"] if each.get("type") != "null")
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2)}\n```\n"


if __name__ == "__main__":
    # Write to a file: Airflow's own warnings go to standard output.
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
