"""Checks of field values. A check returns a message when a value is not allowed, else ``None``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from airflow_provider_media.core.statelang.expressions.intrinsics import IntrinsicUnreadable, intrinsic
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataUnreadable, expression_in, jsonata
from airflow_provider_media.core.statelang.expressions.paths import PathUnreadable, path_expression, reference_path
from airflow_provider_media.core.statelang.expressions.timestamps import nanoseconds
from airflow_provider_media.core.statelang.jsontext import compact, is_integer, is_number, type_name
from airflow_provider_media.core.statelang.limits import LABEL_CHARACTERS, NAME_CHARACTERS, SECONDS

Check: TypeAlias = Callable[[Any], str | None]

SHOWN_CHARACTERS = 60

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_RESOURCE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S.*", re.DOTALL)
_LABEL_REFUSED = re.compile(r"[\s?*<>{}\[\]:;,\\|^~$#%&`\"\x00-\x1f\x7f-\x9f]")
_STRING_FUNCTIONS = frozenset(
    {"ArrayGetItem", "Base64Encode", "Base64Decode", "Format", "JsonToString", "Hash", "UUID"}
)


def is_placeholder(value: Any) -> bool:
    """Return whether a text has a ``${…}``, which deployment tools replace later; no check applies before."""
    return isinstance(value, str) and _PLACEHOLDER.search(value) is not None


def shown(value: Any) -> str:
    """Return the type of a value, and the value itself if its JSON text is at most 60 characters long."""
    text = compact(value)
    if value is None or len(text) > SHOWN_CHARACTERS:
        return type_name(value)
    return f"{type_name(value)}: {text}"


def anything(_value: Any) -> str | None:
    """Allow any JSON value."""
    return None


def of_type(*names: str) -> Check:
    """Return a check that allows values of the given JSON types."""

    def check(value: Any) -> str | None:
        return None if type_name(value) in names else f"Expected {' or '.join(names)} but was {shown(value)}"

    return check


def one_of(*values: str) -> Check:
    """Return a check that allows the given texts."""

    def check(value: Any) -> str | None:
        return (
            None
            if value in values or is_placeholder(value)
            else f"Must be one of {', '.join(values)} but was: {value!r}"
        )

    return check


def integer(least: int, most: int = SECONDS) -> Check:
    """Return a check that allows whole numbers from ``least`` to ``most``."""

    def check(value: Any) -> str | None:
        if is_placeholder(value) or (is_integer(value) and least <= value <= most):
            return None
        return f"Must be an integer from {least} to {most} but was: {value!r}"

    return check


def number(least: float, most: float | None = None) -> Check:
    """Return a check that allows numbers from ``least`` to ``most``."""

    def check(value: Any) -> str | None:
        if is_placeholder(value) or (is_number(value) and least <= value and (most is None or value <= most)):
            return None
        upper = "" if most is None else f", at most {most}"
        return f"Must be a number of at least {least}{upper} but was: {value!r}"

    return check


def path(value: Any) -> str | None:
    """Allow a path from the input, the context object or a variable."""
    return _read(value, path_expression)


def path_to_one(value: Any) -> str | None:
    """Allow a path of names and indices, which leads to one value."""
    problem = path(value)
    if problem is not None or is_placeholder(value) or path_expression(value).path.is_reference:
        return problem
    return f"Only names and indices are allowed here, for it must lead to one value: {value}"


def nullable_path(value: Any) -> str | None:
    """Allow a path or null."""
    return None if value is None else path(value)


def result_path(value: Any) -> str | None:
    """Allow a reference path into the input, or null."""
    return None if value is None else _read(value, reference_path)


def text_path(value: Any) -> str | None:
    """Allow a path, or an intrinsic call that returns a string."""
    if isinstance(value, str) and value.startswith("States."):
        problem = _read(value, intrinsic)
        if problem is None and intrinsic(value).name not in _STRING_FUNCTIONS:
            return f"The function must give a string: one of {', '.join(sorted(_STRING_FUNCTIONS))}"
        return problem
    return path(value)


def _read(value: Any, reader: Callable[[str], Any]) -> str | None:
    if not isinstance(value, str):
        return f"Must be a string with a JSONPath but was {shown(value)}"
    if is_placeholder(value):
        return None
    try:
        reader(value)
    except (PathUnreadable, IntrinsicUnreadable) as error:
        return str(error)
    return None


def timestamp(value: Any) -> str | None:
    """Allow an RFC 3339 timestamp."""
    if is_placeholder(value) or nanoseconds(value) is not None:
        return None
    return f"Must be a timestamp such as 2026-01-31T12:00:00Z but was: {value!r}"


def expression(value: Any) -> str | None:
    """Allow a literal, or a whole JSONata expression between ``{%`` and ``%}``."""
    source = expression_in(value)
    if source is None:
        if isinstance(value, str) and (value.startswith("{%") != value.endswith("%}")):
            return "A JSONata expression must start with '{%' and end with '%}', without anything around"
        return None
    try:
        jsonata(source)
    except JsonataUnreadable as error:
        return None if is_placeholder(value) else f"The JSONata expression '{source}' cannot be read: {error}"
    return None


def or_expression(check: Check) -> Check:
    """Return a check that allows a JSONata expression, or else the values that the given check allows."""

    def either(value: Any) -> str | None:
        return expression(value) if expression_in(value) is not None else check(value)

    return either


def resource(value: Any) -> str | None:
    """Allow a task's resource: an ARN, a QRN, or another URI such as ``media:probe``."""
    if is_placeholder(value) or (isinstance(value, str) and _RESOURCE.fullmatch(value)):
        return None
    return f"Must be an ARN, a QRN or a URI such as media:probe but was: {value!r}"


def label(value: Any) -> str | None:
    """Allow a label of a Map Run: a string without white space, control or special characters."""
    if is_placeholder(value):
        return None
    if not isinstance(value, str) or not value:
        return "Label must be a string that is not empty"
    if len(value) > LABEL_CHARACTERS:
        return f"Label cannot exceed {LABEL_CHARACTERS} characters but has {len(value)}: {value}"
    refused = _LABEL_REFUSED.search(value)
    return f"Label contains invalid character: {refused.group()!r}" if refused else None


def assignments(value: Any) -> str | None:
    """Allow an object with valid variable names; the values are not checked here."""
    if not isinstance(value, dict):
        return f"Expected object but was {shown(value)}"
    for key in value:
        name = str(key).removesuffix(".$")
        if name == "states" or not name.isidentifier() or len(name) > NAME_CHARACTERS:
            form = (
                f"letters, digits and _, not beginning with a digit, of {NAME_CHARACTERS} characters at most, and not"
                " states"
            )
            return f"A variable's name consists of {form}, but there is: {name!r}"
    return None


def credentials(value: Any) -> str | None:
    """Allow an object with ``RoleArn``, the role that a task uses."""
    if not isinstance(value, dict):
        return f"Expected object but was {shown(value)}"
    if not any(key.lower() in {"rolearn", "rolearn.$"} for key in value):
        return "The field 'RoleArn' is required but was missing"
    return None
