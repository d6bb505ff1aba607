"""JSON forms of the domain's frozen dataclasses. The dataclasses cross a task boundary in this form only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(cls: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", cls))


def to_json(value: object) -> Any:
    """Return a domain object in a form that ``json.dumps`` accepts; fractions become ``"30000/1001"``."""
    return _adapter(cast("Hashable", type(value))).dump_python(value, mode="json")


def from_json(cls: type[T], data: Any) -> T:
    """Return the domain object that ``to_json`` described.

    :raises pydantic.ValidationError: when the data does not describe such an object.
    """
    return cast("T", _adapter(cast("Hashable", cls)).validate_python(data))


def canonical(data: Any) -> str:
    """Return one text per JSON value, independent of the order of its keys."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(data: Any) -> str:
    """Return the SHA-256 of a JSON value, in hexadecimal."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
