"""JSON values: compact text as Step Functions writes it, sizes in bytes, and type names."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeAlias, TypeGuard

Json: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list, dict."""

_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def read_json(text: str) -> Json:
    """Read strict JSON: no NaN, no infinity, and no nesting that is too deep for Python.

    :raises ValueError: when the text is not strict JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


def compact(value: Json) -> str:
    """Return JSON text without spaces; causes and payload sizes use this form."""
    return _COMPACT.encode(value)


def size(value: Json) -> int:
    """Return the size in bytes of a value as compact UTF-8 JSON."""
    return len(compact(value).encode("utf-8", "surrogatepass"))


def fits(value: Json, most: int) -> bool:
    """Return whether a value takes at most ``most`` bytes as compact UTF-8 JSON.

    Values may share parts, so a few objects in memory can become gigabytes of text. The text is therefore written only
    when :func:`least_size` is within the limit.
    """
    return least_size(value, most) <= most and size(value) <= most


def least_size(value: Json, most: int) -> int:
    """Return a lower bound of a value's size in bytes; counting stops soon after ``most``."""
    counted = 0
    ahead = [value]
    while ahead and counted <= most:
        item = ahead.pop()
        if isinstance(item, str):
            counted += len(item) + 2
        elif isinstance(item, dict):
            counted += 2 + sum(len(key) + 4 for key in item) - (1 if item else 0)
            ahead.extend(item.values())
        elif isinstance(item, list):
            counted += max(2, len(item) + 1)
            ahead.extend(item)
        else:
            counted += 1
    return counted


def is_number(value: Json) -> TypeGuard[float]:
    """Return whether a value is a JSON number. Booleans are numbers in Python but not in JSON."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value: Json) -> TypeGuard[float]:
    """Return whether a value is a number without a fraction, ``2.0`` included."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    return isinstance(value, float) and value.is_integer()


def type_name(value: Json) -> str:
    """Return the JSON type of a value: null, boolean, number, string, array or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
