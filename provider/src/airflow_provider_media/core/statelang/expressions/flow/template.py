"""Payload templates: JSON with computed values.

In JSONPath, a key that ends in ``.$`` holds a path or an intrinsic call; the output has the key without ``.$``. In
JSONata, a string between ``{%`` and ``%}`` is an expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.expressions.intrinsics import IntrinsicUnreadable, intrinsic
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataUnreadable, expression_in, jsonata
from airflow_provider_media.core.statelang.expressions.paths import (
    PathExpression,
    PathMissing,
    PathUnreadable,
    path_expression,
)
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact

DYNAMIC = ".$"


class TemplateUnreadable(ValueError):
    """A template cannot be parsed, since a value in it is no path, intrinsic call or expression, or a key is duplicate.

    :param message: the text of the error.
    :param location: JSON pointer to the error inside the template; it begins with ``/`` or is empty.
    :param code: the diagnostic's code.
    """

    def __init__(self, message: str, location: str, code: str = "SCHEMA_VALIDATION_FAILED") -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.code = code


class Template(Protocol):
    """A template, path or expression that can be evaluated in a view."""

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the value in a view; error messages name the ``field``."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A template without computed values."""

    value: Json

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the value as it is."""
        return self.value


@dataclass(frozen=True, slots=True)
class Selected:
    """A path in a field. The error for a missing value names the field.

    :param key: the field, or a template's key without ``.$``.
    :param path: the path.
    :param mark: the suffix of the key in the definition.
    """

    key: str
    path: PathExpression
    mark: str = DYNAMIC

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the value at the path."""
        try:
            return self.path.find(view)
        except PathMissing as missing:
            subject = view.context if self.path.root == "$$" else view.input
            place = f"specified for the field '{self.key}{self.mark}' could not be found in the input"
            raise runtime(f"The JSONPath '{self.path.text}' {place} '{compact(subject)}'") from missing


@dataclass(frozen=True, slots=True)
class ObjectTemplate:
    """An object with at least one computed value."""

    items: tuple[tuple[str, Template], ...]

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the object with all values computed."""
        return {key: value.evaluate(view, f"{field}/{key}") for key, value in self.items}


@dataclass(frozen=True, slots=True)
class Items:
    """An array with at least one computed value."""

    items: tuple[Template, ...]

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the array with all values computed."""
        return [item.evaluate(view, f"{field}[{number}]") for number, item in enumerate(self.items)]


def template(value: Json, *, jsonata_language: bool, location: str = "") -> Template:
    """Parse a template.

    :param value: the JSON in the definition.
    :param jsonata_language: whether the query language is JSONata, else JSONPath.
    :param location: JSON pointer to the value, for errors.
    :raises TemplateUnreadable: when a part of the template cannot be parsed.
    """
    if jsonata_language and isinstance(value, str):
        return _expression(value, location)
    if isinstance(value, dict):
        return _object(value, jsonata_language, location)
    if isinstance(value, list):
        items = tuple(
            template(item, jsonata_language=jsonata_language, location=f"{location}/{n}")
            for n, item in enumerate(value)
        )
        return Constant(value) if all(isinstance(item, Constant) for item in items) else Items(items)
    return Constant(value)


def _object(value: dict[str, Json], jsonata_language: bool, location: str) -> Template:
    found: dict[str, Template] = {}
    for key, item in value.items():
        dynamic = not jsonata_language and key.endswith(DYNAMIC)
        name = key.removesuffix(DYNAMIC) if dynamic else key
        if name in found:
            message = f'A duplicate field will exist after renaming to strip the ".$" suffix from: {key}'
            raise TemplateUnreadable(message, f"{location}/{key}", "DUPLICATE_FIELD_NAME")
        place = f"{location}/{key}"
        found[name] = (
            _dynamic(name, item, place)
            if dynamic
            else template(item, jsonata_language=jsonata_language, location=place)
        )
    if found.keys() == value.keys() and all(isinstance(item, Constant) for item in found.values()):
        return Constant(value)
    return ObjectTemplate(tuple(found.items()))


def _dynamic(key: str, text: Json, location: str) -> Template:
    if not isinstance(text, str):
        raise TemplateUnreadable(
            f"The value for the field '{key}.$' must be a STRING that contains a JSONPath", location
        )
    try:
        return Selected(key, path_expression(text)) if text.startswith("$") else intrinsic(text)
    except (PathUnreadable, IntrinsicUnreadable) as error:
        reason = f"The value for the field '{key}.$' must be a valid JSONPath or a valid intrinsic function call"
        raise TemplateUnreadable(f"{reason}. {error}", location) from error


def _expression(text: str, location: str) -> Template:
    source = expression_in(text)
    if source is None:
        return Constant(text)
    try:
        return jsonata(source)
    except JsonataUnreadable as error:
        raise TemplateUnreadable(f"The JSONata expression '{source}' cannot be read. {error}", location) from error
