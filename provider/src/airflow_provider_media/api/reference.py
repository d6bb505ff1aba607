"""The reference page of the API, made from its OpenAPI document.

``python -m airflow_provider_media.api.reference docs/reference/rest.md`` writes the page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_provider_media.api.app import PREFIX, build_app
from airflow_provider_media.api.error_responses import ANSWERS
from airflow_provider_media.core.errors import MediaError

Document = Mapping[str, Any]
HEAD = (
    "<!-- Made by `python -m airflow_provider_media.api.reference docs/reference/rest.md`; a test holds it to the API. -->\n\n# REST API\n"
)


def reference() -> str:
    """Return the page in Markdown."""
    document = build_app().openapi()
    operations = [part for path, methods in document["paths"].items() for part in _path(path, methods)]
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
        yield _table(("parameter", "in", "type", "meaning"), rows)


def _examples(content: Document) -> Iterator[str]:
    for example in content.get("application/json", {}).get("examples", {}).values():
        yield f"{example['summary']}:\n\n{_json(example['value'])}"


def _answers(responses: Document) -> Iterator[str]:
    for status, answer in sorted(responses.items()):
        example = answer.get("content", {}).get("application/json", {}).get("example")
        if example:
            yield f"Answer with {status}:\n\n{_json(example)}"
    errors = [(status, answer["description"]) for status, answer in sorted(responses.items()) if int(status) >= 400]
    yield _table(("status", "codes"), errors)


def _schemas(document: Document) -> Iterator[str]:
    yield "## Fields\n\nFields without a meaning of their own say it with their name.\n"
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "enum" in schema:
            yield f"### {name}\n\n{schema['description']} {_type(schema)}.\n"
        if "properties" in schema:
            required = schema.get("required", ())
            rows = [
                (f"`{field}`", _type(one), "yes" if field in required else "", one.get("description", ""))
                for field, one in schema["properties"].items()
            ]
            yield f"### {name}\n\n{schema.get('description', '')}\n\n{_table(('field', 'type', 'required', 'meaning'), rows)}"


def _errors() -> Iterator[str]:
    meanings = {cls.code: (cls.__doc__ or "").split("\n", 1)[0] for cls in _below(MediaError)}
    rows = [
        (f"`{code}`", str(answer.status), f"`{answer.brightcove}`", str(answer.retry_after or ""), meanings[code])
        for code, answer in ANSWERS.items()
    ]
    yield "## Error codes\n"
    yield _table(("code", "status", "in Brightcove's form", "Retry-After", "meaning"), rows)


def _below(cls: type[MediaError]) -> Iterator[type[MediaError]]:
    yield cls
    for each in cls.__subclasses__():
        yield from _below(each)


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


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = ((" ".join(cell.split()).replace("``", "`").replace("|", "\\|") for cell in line) for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2)}\n```\n"


if __name__ == "__main__":
    # Write to a file: Airflow's own warnings go to standard output.
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
