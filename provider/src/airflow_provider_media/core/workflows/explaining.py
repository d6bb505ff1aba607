"""Conversion of pydantic's errors into diagnostics: the field, the allowed values, the correction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.outputs.spec import NAME_RULE
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS, Workflow
from airflow_provider_media.core.workflows.node import YamlNode
from airflow_provider_media.core.workflows.wording import FieldPath, dotted, nearest

_SENTENCES = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "{shown} is not a whole number{about}{hint}"),
    **dict.fromkeys(("float_parsing", "float_type"), "{shown} is not a number{about}{hint}"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "{shown} is not true or false{about}{hint}"),
    **dict.fromkeys(("model_type", "model_attributes_type"), "{shown} is not a mapping of fields{about}"),
    "string_type": "{shown} is not text: put it in quotes{about}{hint}",
    "tuple_type": "{shown} is not a list{about}",
    "dict_type": "{shown} is not a mapping of names and fields{about}",
    "greater_than": "{shown} is too small: it must be above {gt}{about}",
    "greater_than_equal": "{shown} is too small: at least {ge}{about}",
    "less_than": "{shown} is too large: it must be below {lt}{about}",
    "less_than_equal": "{shown} is too large: at most {le}{about}",
    "too_short": "holds too few entries: at least {min_length}{about}",
    "too_long": "holds too many entries: at most {max_length}{about}",
    "string_too_short": "is too short: at least {min_length} characters{about}",
    "string_too_long": "is too long: at most {max_length} characters{about}",
    "missing": "is missing{about}",
    "union_tag_not_found": "is missing; name a preset or one of: " + ", ".join(OUTPUT_SPECS),
}
"""Message for each type of pydantic error: https://docs.pydantic.dev/latest/errors/validation_errors/."""
_RULES = {
    "extra_forbidden": "unknown-field",
    "missing": "missing-field",
    "literal_error": "not-allowed",
    "union_tag_invalid": "not-allowed",
    "union_tag_not_found": "missing-kind",
}


def explain(
    error: ValidationError, tree: YamlNode, model: type[BaseModel] = Workflow, within: str = ""
) -> list[Diagnostic]:
    """Return one diagnostic for each mistake that pydantic found.

    :param tree: the validated data, with marks.
    :param model: the schema of the validation.
    :param within: path below which fields are shown.
    """
    found = [(_path(one, tree, model), one) for one in error.errors(include_url=False)]
    return [_diagnostic(path, one, tree, model, within) for path, one in _without_noise(found)]


def explain_kind(output: YamlNode, field: str) -> Diagnostic:
    """Return the diagnostic of an output without a kind, or with an unknown kind."""
    kind = output.child("kind")
    if kind is None or kind.value is None:
        return Diagnostic(
            mark=output.mark, field=f"{field}.kind", message=_SENTENCES["union_tag_not_found"], rule="missing-kind"
        )
    message = (
        f"{_shown(kind.plain())} is not allowed; allowed:"
        f" {', '.join(OUTPUT_SPECS)}.{nearest(str(kind.plain()), OUTPUT_SPECS)}"
    )
    return Diagnostic(mark=kind.mark, field=f"{field}.kind", message=message, rule="not-allowed")


def _without_noise(found: list[tuple[FieldPath, Any]]) -> Iterable[tuple[FieldPath, Any]]:
    # A field that takes either settings or a word (``video``) yields one error for each form; only the error of the
    # intended form is kept. A list with invalid items also yields a "too short" error.
    words = {
        path for path, one in found if one["type"] == "literal_error" and not isinstance(one["input"], (Mapping, list))
    }
    inner = {path[:-1] for path, _ in found if path}
    for path, one in found:
        noise = {
            "literal_error": isinstance(one["input"], (Mapping, list)),
            "model_type": path in words,
            "too_short": path in inner,
        }
        if not noise.get(one["type"]):
            yield path, one


def _path(error: Any, tree: YamlNode, model: type[BaseModel]) -> FieldPath:
    """Return the path of fields only: pydantic inserts the names of union members."""
    parts = list(error["loc"])
    if model is Workflow and parts[:1] == ["outputs"] and len(parts) > 2 and parts[2] in OUTPUT_SPECS:
        del parts[2]
    path: FieldPath = ()
    node: YamlNode | None = tree
    for index, part in enumerate(parts):
        child = node.child(part) if node else None
        if child is not None or (error["type"] == "missing" and index == len(parts) - 1):
            path, node = (*path, part), child
    return (*path, "kind") if error["type"].startswith("union_tag") else path


def _diagnostic(path: FieldPath, error: Any, tree: YamlNode, model: type[BaseModel], within: str) -> Diagnostic:
    message = _message(path, error, _owner(path, tree, model))
    field = dotted((within, *path) if within else path)
    return Diagnostic(
        mark=tree.nearest(path).mark, field=field, message=message, rule=_RULES.get(error["type"], "not-valid")
    )


def _message(path: FieldPath, error: Any, owner: type[BaseModel] | None) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    description = _description(path, error, owner)
    if kind in _SENTENCES:
        about = f" ({description})" if description else ""
        return _SENTENCES[kind].format_map(
            {**context, "shown": _shown(value), "about": about, "hint": _unquoted(value)}
        )
    if kind == "extra_forbidden":
        allowed = list(owner.model_fields) if owner else []
        return f"there is no such field; allowed: {', '.join(allowed)}.{nearest(str(path[-1]), allowed)}"
    if kind in {"literal_error", "union_tag_invalid"}:
        return _word_message(value if kind == "literal_error" else context["tag"], context)
    if kind == "string_pattern_mismatch":
        return f"{_shown(value)} is not allowed; allowed: {description or context['pattern']}"
    return str(context.get("error") or error["msg"])


def _description(path: FieldPath, error: Any, owner: type[BaseModel] | None) -> str:
    if error["loc"][-1:] == ("[key]",):
        return NAME_RULE.rstrip(".")
    field = owner.model_fields.get(str(path[-1])) if owner and path else None
    return (field.description or "").rstrip(".").replace("``", "") if field else ""


def _word_message(value: object, context: Mapping[str, Any]) -> str:
    allowed = [word.strip("'") for word in re.split(r", | or ", context.get("expected") or context["expected_tags"])]
    return (
        f"{_shown(value)} is not allowed; allowed:"
        f" {', '.join(allowed)}.{nearest(str(value), allowed)}{_unquoted(value)}"
    )


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _unquoted(value: object) -> str:
    return "; what begins with # must stand in quotes" if value is None else ""


def _owner(path: FieldPath, tree: YamlNode, model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the schema whose field ends the path."""
    owner: type[BaseModel] | None = model
    for index, part in enumerate(path[:-1]):
        if model is Workflow and path[0] == "outputs" and index == 1:
            kind = tree.nearest((*path[:2], "kind")).value
            owner = OUTPUT_SPECS.get(str(kind), OutputSpec)
        elif isinstance(part, str) and owner and part in owner.model_fields and part != "outputs":
            owner = _inner(owner.model_fields[part].annotation)
    return owner


def _inner(annotation: Any) -> type[BaseModel] | None:
    """Return the schema within an annotation such as ``tuple[Watermark, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for argument in get_args(annotation) if (model := _inner(argument))), None)
