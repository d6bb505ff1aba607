"""JSON values as text: compact as the service writes it, and named by type."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeAlias, TypeGuard

Json: TypeAlias = Any
"""Any JSON value: None, bool, int, float, str, list, dict."""

_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def read_json(text: str) -> Json:
    """The value of a JSON text, which is JSON's alone: no NaN, no infinity, no depth that Python cannot follow.

    :raises ValueError: where it is none.
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
    """JSON text without blanks, as it stands in causes and in payload sizes."""
    return _COMPACT.encode(value)


def size(value: Json) -> int:
    """Size in bytes of a value as compact UTF-8 JSON."""
    return len(compact(value).encode("utf-8", "surrogatepass"))


def fits(value: Json, most: int) -> bool:
    """Whether a value takes at most that many bytes as compact UTF-8 JSON.

    Values may share parts, so that a few objects in memory are gigabytes of text. The text is therefore written only after a count of
    the marks and characters that it holds at least.
    """
    return least_size(value, most) <= most and size(value) <= most


def least_size(value: Json, most: int) -> int:
    """A count of bytes that a value takes at least; it stops soon after the given number."""
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
    """Whether a value is a JSON number; Python counts booleans as numbers, JSON does not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value: Json) -> TypeGuard[float]:
    """Whether a value is a number without fraction, ``2.0`` included."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    return isinstance(value, float) and value.is_integer()


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
