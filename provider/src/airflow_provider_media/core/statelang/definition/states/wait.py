"""Wait: waits for a number of seconds or until a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.errors import StateError, query, runtime
from airflow_provider_media.core.statelang.expressions import timestamps
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.expressions.paths import PathExpression, PathMissing
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer, is_number
from airflow_provider_media.core.statelang.limits import WAIT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitState(State):
    """A state that waits.

    :param seconds: ``Seconds`` or ``SecondsPath``, as a number, path or expression.
    :param timestamp: ``Timestamp`` or ``TimestampPath``, as a text, path or expression.
    """

    kind: ClassVar[str] = "Wait"
    seconds: float | PathExpression | JsonataExpression | None = None
    timestamp: str | PathExpression | JsonataExpression | None = None

    def until(self, view: View) -> datetime:
        """Return the end of a wait that begins at ``view.now``.

        :raises StateError: when the field's value is no valid number of seconds, no timestamp, or too far away.
        """
        if self.timestamp is not None:
            seconds = (_moment(self.timestamp, view) - view.now).total_seconds()
        else:
            assert self.seconds is not None  # a Wait has one of the two, the parser saw to it
            seconds = _seconds(self.seconds, view)
        if seconds > WAIT_SECONDS:
            raise runtime("Wait state delay is too long.")
        return view.now + timedelta(seconds=seconds)


def _seconds(source: float | PathExpression | JsonataExpression, view: View) -> float:
    if isinstance(source, PathExpression):
        return _checked(_at(source, view, "SecondsPath"), f"{source.text} == ", "SecondsPath parameter", runtime)
    if isinstance(source, JsonataExpression):
        return _checked(source.expect(view, "Seconds", "number"), "", "Seconds field", query)
    return source


def _checked(value: Json, place: str, field: str, fail: Callable[[str], StateError]) -> float:
    if not is_number(value) or not is_integer(value):
        raise fail(f"The {field} cannot be parsed as a long value: {place}{_shown(value)}")
    if value < 0:
        raise fail(f"The {field} references a negative value: {place}{_shown(value)}")
    return float(value)


def _moment(source: str | PathExpression | JsonataExpression, view: View) -> datetime:
    value = source
    refused = runtime(
        f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {source}"
    )
    if isinstance(source, PathExpression):
        value = _at(source, view, "TimestampPath")
        form = "does not reference a valid ISO-8601 extended offset date-time format string"
        refused = runtime(f"The TimestampPath parameter {form}: {source.text} == {_shown(value)}")
    elif isinstance(source, JsonataExpression):
        value = source.expect(view, "Timestamp", "string")
        refused = query(
            f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {value}"
        )
    moment = timestamps.moment(value)
    if moment is None:
        raise refused
    return moment


def _at(path: PathExpression, view: View, field: str) -> Json:
    try:
        return path.find(view)
    except PathMissing as missing:
        raise runtime(f"The {field} parameter does not reference an input value: {path.text}") from missing


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else compact(value)
