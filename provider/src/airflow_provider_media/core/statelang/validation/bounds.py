"""Bounds of a definition: size, depth, range of numbers, and unique keys.

Later code may walk through a definition without bounds of its own.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic, Mark
from airflow_provider_media.core.statelang.validation.report import DUPLICATE_FIELD, INVALID_JSON

TOO_LARGE = "DEFINITION_TOO_LARGE"
TOO_DEEP = "NESTING_TOO_DEEP"
NUMBER_RANGE = "NUMBER_OUT_OF_RANGE"
DEFINITION_BYTES = 1_048_576
LEVELS = 100
"""Most levels of objects and arrays; the deepest of 122 published machines has 17."""
NUMBER_BITS = 1023
"""Numbers are double precision, as in other languages' JSON."""
PLACE_CHARACTERS = 200
Keys: TypeAlias = tuple[str | int, ...]


class NotJson(ValueError):
    """A text is not JSON, or exceeds the bounds of a definition.

    :param found: the findings.
    """

    def __init__(self, found: list[Diagnostic]) -> None:
        super().__init__("\n".join(str(one) for one in found))
        self.found = found


class _Number(str):
    """The text of a number that double precision cannot represent."""

    __slots__ = ()


class _ObjectWithTwins(dict[str, Any]):
    """An object with duplicate keys.

    :ivar twice: the keys that occur more than once.
    """

    twice: tuple[str, ...] = ()


def read_definition(text: str) -> Any:
    """Return the JSON value of a definition's text.

    :raises NotJson: when the text is not JSON, or exceeds the bounds of a definition.
    """
    if len(text.encode("utf-8", "surrogatepass")) > DEFINITION_BYTES:
        raise NotJson([_error("/", f"The definition is larger than {DEFINITION_BYTES} bytes", TOO_LARGE)])
    try:
        value = json.loads(text, parse_int=_integer, parse_constant=_Number, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        mark = Mark(line=error.lineno, column=error.colno)
        message = f"The definition is no JSON: {error.msg}"
        raise NotJson([Diagnostic(mark=mark, message=message, rule=INVALID_JSON)]) from error
    except RecursionError as error:
        raise NotJson([_error("/", _deep(), TOO_DEEP)]) from error
    found = beyond_bounds(value)
    if found:
        raise NotJson(found)
    return value


def beyond_bounds(definition: Any) -> list[Diagnostic]:
    """Return findings about nesting that is too deep, numbers out of range, and duplicate keys."""
    return list(_beyond(definition))


def _beyond(definition: Any) -> Iterator[Diagnostic]:
    ahead: list[tuple[Any, Keys]] = [(definition, ())]
    while ahead:
        value, keys = ahead.pop()
        if isinstance(value, (Mapping, list)) and len(keys) >= LEVELS:
            yield _error(_place(keys), _deep(), TOO_DEEP)
        elif isinstance(value, Mapping):
            yield from (
                _error(_place((*keys, key)), f"The field '{key}' is given twice", DUPLICATE_FIELD)
                for key in _twice(value)
            )
            ahead.extend((item, (*keys, str(key))) for key, item in reversed(list(value.items())))
        elif isinstance(value, list):
            ahead.extend((item, (*keys, number)) for number, item in reversed(list(enumerate(value))))
        elif (problem := _number_problem(value)) is not None:
            yield _error(_place(keys), problem, NUMBER_RANGE)


def _twice(value: Mapping[str, Any]) -> tuple[str, ...]:
    return value.twice if isinstance(value, _ObjectWithTwins) else ()


def _number_problem(value: Any) -> str | None:
    if isinstance(value, _Number) or (isinstance(value, float) and not math.isfinite(value)):
        shown = str(value) if len(str(value)) <= 20 else f"one of {len(str(value))} digits"
        return f"A number must be finite and less than 1.8e308 but was: {shown}"
    if isinstance(value, int) and value.bit_length() > NUMBER_BITS:
        return f"A number must be less than 1.8e308 but has {value.bit_length()} bits"
    return None


def _integer(text: str) -> Any:
    # Python refuses to read integers of more than 4,300 digits; 309 digits exceed ``NUMBER_BITS`` already.
    return int(text) if len(text) <= 310 else _Number(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked = _ObjectWithTwins(found)
    marked.twice = tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return marked


def _deep() -> str:
    return f"The definition is nested deeper than {LEVELS} levels"


def _place(keys: Keys) -> str:
    text = "/" + "/".join(map(str, keys))
    return text if len(text) <= PLACE_CHARACTERS else f"{text[: PLACE_CHARACTERS - 1]}…"


def _error(location: str, message: str, code: str) -> Diagnostic:
    return Diagnostic(mark=NOWHERE, field=location, message=message, rule=code)
