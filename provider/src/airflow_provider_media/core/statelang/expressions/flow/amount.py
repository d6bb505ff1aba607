"""Fields that hold a number: a literal, a path, or a JSONata expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from airflow_provider_media.core.statelang.errors import StateError, query, runtime
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.expressions.paths import PathExpression
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact

Amount: TypeAlias = float | PathExpression | JsonataExpression


def measure(source: Amount, view: View, field: str) -> Json:
    """Return a field's value. The value of an expression is a number; the value of a path can be any JSON.

    :param field: the field's name without ``Path``.
    :raises StateError: when an expression gives no number, or when a path finds no value.
    """
    if isinstance(source, JsonataExpression):
        return source.expect(view, field, "number")
    return source.evaluate(view, f"{field}Path") if isinstance(source, PathExpression) else source


def refusal(source: Amount) -> Callable[[str], StateError]:
    """Return the constructor of the error for an invalid value: ``query`` for expressions, else ``runtime``."""
    return query if isinstance(source, JsonataExpression) else runtime


def not_a(
    kind: str, source: Amount, value: Json, field: str, error: Callable[[str], StateError] | None = None
) -> StateError:
    """Return the error for a field whose value is not of a kind, such as ``integer`` or ``float``."""
    error = error or refusal(source)
    shown = value if isinstance(value, str) else compact(value)
    name = f"{field}Path" if isinstance(source, PathExpression) else field
    place = getattr(source, "text", getattr(source, "source", shown))
    return error(f'The {name} field refers to value "{shown}" which is not a valid {kind}: {place}')
