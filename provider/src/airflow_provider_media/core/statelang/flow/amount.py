"""Fields that hold a number: written as such, as a path, or as a JSONata expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from airflow_provider_media.core.statelang.errors import StateError, query, runtime
from airflow_provider_media.core.statelang.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.jsontext import Json, compact
from airflow_provider_media.core.statelang.paths import PathExpression
from airflow_provider_media.core.statelang.view import View

Amount: TypeAlias = float | PathExpression | JsonataExpression


def measure(source: Amount, view: View, field: str) -> Json:
    """The field's value; of an expression it is a number, of a path anything.

    :param field: its name without ``Path``.
    :raises StateError: where an expression gives no number, or a path leads nowhere.
    """
    if isinstance(source, JsonataExpression):
        return source.expect(view, field, "number")
    return source.evaluate(view, f"{field}Path") if isinstance(source, PathExpression) else source


def refusal(source: Amount) -> Callable[[str], StateError]:
    """What makes the error of a value that does not do: one of the query where an expression gave it."""
    return query if isinstance(source, JsonataExpression) else runtime


def not_a(kind: str, source: Amount, value: Json, field: str, error: Callable[[str], StateError] | None = None) -> StateError:
    """The error of a field whose value is no integer, or no float."""
    error = error or refusal(source)
    shown = value if isinstance(value, str) else compact(value)
    name = f"{field}Path" if isinstance(source, PathExpression) else field
    place = getattr(source, "text", getattr(source, "source", shown))
    return error(f'The {name} field refers to value "{shown}" which is not a valid {kind}: {place}')
