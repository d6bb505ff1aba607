"""Comparison operators of Choice rules. A value of the wrong type makes a comparison false, never an error."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from typing import TypeAlias

from airflow_provider_media.core.statelang.expressions.choice.wildcards import matches_wildcards
from airflow_provider_media.core.statelang.expressions.timestamps import nanoseconds
from airflow_provider_media.core.statelang.jsontext import Json, is_number

Compare: TypeAlias = Callable[[Json, Json], bool]
PRESENT = "IsPresent"

_ORDERS: dict[str, Callable[[Json, Json], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Json) -> float | None:
    return value if is_number(value) else None


def _boolean(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _ordered(key: Callable[[Json], Json], order: Callable[[Json, Json], bool]) -> Compare:
    def compare(value: Json, operand: Json) -> bool:
        one, other = key(value), key(operand)
        return one is not None and other is not None and order(one, other)

    return compare


def _is(test: Callable[[Json], bool]) -> Compare:
    return lambda value, operand: test(value) is operand


def _string_matches(value: Json, pattern: Json) -> bool:
    return isinstance(value, str) and isinstance(pattern, str) and matches_wildcards(value, pattern)


_KEYS: dict[str, Callable[[Json], Json]] = {"String": _text, "Numeric": _number, "Timestamp": nanoseconds}

OPERATORS: dict[str, Compare] = {
    **{kind + name: _ordered(key, order) for (kind, key), (name, order) in product(_KEYS.items(), _ORDERS.items())},
    "BooleanEquals": _ordered(_boolean, operator.eq),
    "StringMatches": _string_matches,
    "IsNull": _is(lambda value: value is None),
    "IsNumeric": _is(is_number),
    "IsString": _is(lambda value: isinstance(value, str)),
    "IsBoolean": _is(lambda value: isinstance(value, bool)),
    "IsTimestamp": _is(lambda value: nanoseconds(value) is not None),
}
"""Operators by name. All but the type tests (``Is…``) and ``StringMatches`` also exist with the suffix ``Path``."""

WITH_PATH = frozenset(name for name in OPERATORS if not name.startswith("Is") and name != "StringMatches")


NAMES = OPERATORS.keys() | {PRESENT}
"""All operator names without the ``Path`` variants."""


def operand_is_valid(name: str, operand: Json) -> bool:
    """Return whether an operator accepts an operand of this value."""
    if name.startswith("Is") or name == "BooleanEquals":
        return isinstance(operand, bool)
    if name.startswith("String"):
        return isinstance(operand, str)
    if name.startswith("Numeric"):
        return is_number(operand)
    return nanoseconds(operand) is not None
