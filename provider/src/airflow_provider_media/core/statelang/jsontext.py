"""JSON values as text: compact as the service writes it, and named by type."""

from __future__ import annotations

import json
from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list, dict."""

_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def compact(value: Json) -> str:
    """JSON text without blanks, as it stands in causes and in payload sizes."""
    return _COMPACT.encode(value)


def size(value: Json) -> int:
    """Size in bytes of a value as compact UTF-8 JSON."""
    return len(compact(value).encode("utf-8", "surrogatepass"))


def is_number(value: Json) -> TypeGuard[float]:
    """Whether a value is a JSON number; Python counts booleans as numbers, JSON does not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value: Json) -> TypeGuard[float]:
    """Whether a value is a number without fraction, ``2.0`` included."""
    return is_number(value) and float(value).is_integer()


def type_name(value: Json) -> str:
    """The JSON type of a value: null, boolean, number, string, array or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
