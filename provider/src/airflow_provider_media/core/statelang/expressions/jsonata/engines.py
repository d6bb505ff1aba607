"""The two JSONata engines: ``jlens`` when it is installed, else ``jsonata-python``. Both give the same results."""

from __future__ import annotations

import importlib.util
import random
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from airflow_provider_media.core.statelang.expressions.intrinsics.functions import Failed
from airflow_provider_media.core.statelang.expressions.jsonata.functions import functions, whole
from airflow_provider_media.core.statelang.expressions.regexes import PatternUnreadable
from airflow_provider_media.core.statelang.expressions.view import ABSENT

SECONDS = 5
"""An endless recursion must not block a worker; the service gives up as well."""
FAST_SECONDS = 0.1
FAST_ITEMS = 5_000
FAST_CHARACTERS = 65_536
"""jlens can allocate more than a gigabyte per second, and checks its clock only every thousand steps."""
_TIMED_OUT, _LIMITED = "D1012", "U"
_NOW = "journal_now"
_OF_TIME = re.compile(r"\$(?:now|millis)\b")
_OF_SQUARES = re.compile(r"\$replace\b|\.\.")
_OF_TEXT = re.compile(r"\$parse\b")


class EvaluationFailed(Exception):
    """An expression cannot be parsed or evaluated; the message contains JSONata's error code if there is one."""


class Program(Protocol):
    """A compiled expression."""

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """Return the value, or :data:`ABSENT` when the value is undefined.

        :param bindings: variables by name.
        :param now: the time that ``$now()`` and ``$millis()`` return.
        :param source: randomness for the functions that the service adds; ``None`` when the expression calls none.
        :raises EvaluationFailed: when the expression cannot be evaluated.
        """
        ...


class FastProgram:
    """An expression for jlens, an engine written in Rust, with jsonata-python as fallback.

    jlens has no memory limit. When an evaluation takes long or gives large values, jsonata-python evaluates the
    expression again and counts the values of its parts.
    """

    def __init__(self, source: str) -> None:
        import jlens

        # A value may be nested deeper than Python can follow, and a number may be out of range.
        self._errors = (jlens.JlensError, RecursionError, TypeError, OverflowError)
        self._nothing = jlens.Document(None)
        self._source = source
        try:
            jlens.Expression(source)
            self._expression = jlens.Expression(_inside_an_object(_with_parse(source)))
        except self._errors as error:
            raise EvaluationFailed(_error_text(error)) from error

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """Return the value; see :class:`Program`."""
        extra = functions(source) if source is not None else {}
        try:
            # Other threads run during this call; they would not if the input were a Python object.
            found = self._expression.evaluate_document(
                self._nothing,
                {**bindings, **extra},
                timeout=FAST_SECONDS,
                max_string_length=FAST_CHARACTERS,
                max_array_length=FAST_ITEMS,
                now=now,
                seed=0,
            )
            return _unpacked(found)
        except Failed as failure:
            raise EvaluationFailed(str(failure)) from failure
        except self._errors as error:
            code = str(getattr(error, "code", ""))
            if code == _TIMED_OUT or code.startswith(_LIMITED):
                return self._bounded.run(bindings, now=now, source=source)
            raise EvaluationFailed(_error_text(error)) from error

    @cached_property
    def _bounded(self) -> Program:
        return PureProgram(self._source)


class PureProgram:
    """An expression for jsonata-python, which needs no binary wheel."""

    def __init__(self, source: str) -> None:
        from jsonata.jexception import JException

        from airflow_provider_media.core.statelang.expressions.jsonata.exact import ExactJsonata

        self._errors = (JException, RecursionError, PatternUnreadable)
        # Threads may share a compiled expression, and the library keeps the evaluation's state in it.
        self._lock = threading.Lock()
        try:
            ExactJsonata(source)
            self._expression = ExactJsonata(_inside_an_object(_with_parse(_with_clock(source))))
        except self._errors as error:
            raise EvaluationFailed(_error_text(error)) from error

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """Return the value; see :class:`Program`."""
        from airflow_provider_media.core.statelang.expressions.jsonata.bounds import Bounds

        frame = self._expression.create_frame()
        for name, value in bindings.items():
            frame.bind(name, _with_nulls(value))
        frame.bind(_NOW, int(now.timestamp() * 1000))
        for name, function in _pure_functions(source).items():
            frame.bind(name, function)
        try:
            with self._lock:
                Bounds(frame, SECONDS)
                return _unpacked(self._expression.evaluate(None, frame))
        except Failed as failure:
            raise EvaluationFailed(str(failure)) from failure
        except Exception as error:
            # The library also lets Python's own errors out, such as the one of a division by zero.
            raise EvaluationFailed(_error_text(error)) from error


def compile_program(source: str) -> Program:
    """Compile an expression with the fastest installed engine that is safe for the expression.

    :raises EvaluationFailed: when the expression cannot be parsed.
    """
    # A range or one call of $replace takes all its memory before jlens checks a limit.
    fast = importlib.util.find_spec("jlens") and not _OF_SQUARES.search(source)
    return FastProgram(source) if fast else PureProgram(source)


def _inside_an_object(source: str) -> str:
    return f'{{"value": ({source}\n)}}'


def _unpacked(found: Any) -> Any:
    value = found.get("value", ABSENT) if isinstance(found, dict) else ABSENT
    # A function is a value inside an expression only.
    return _json(value) if value is None or isinstance(value, (bool, int, float, str, list, dict)) else ABSENT


def _json(value: Any) -> Any:
    """Convert a result to plain JSON; engines return their own list types, and floats for whole numbers."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return whole(value) if isinstance(value, float) else value


def _with_nulls(value: Any) -> Any:
    """Replace ``None`` by jsonata-python's null; the library takes ``None`` for undefined."""
    from jsonata.utils import Utils

    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    return [_with_nulls(item) for item in value] if isinstance(value, list) else value


def _with_clock(source: str) -> str:
    """Return the expression with time functions that read the given clock; jsonata-python knows the computer's only."""
    if not _OF_TIME.search(source):
        return source
    return (
        f"($millis := function() {{ ${_NOW} }}; $now := function($p, $z) {{ $fromMillis(${_NOW}, $p, $z) }};"
        f" ({source}\n))"
    )


def _with_parse(source: str) -> str:
    """Return the expression with a definition of ``$parse``, whose value may be null."""
    if not _OF_TEXT.search(source):
        return source
    return f'($parse := function($text) {{ $lookup($parsed($text), "value") }}; ({source}\n))'


def _pure_functions(source: random.Random | None) -> dict[str, Any]:
    from airflow_provider_media.core.statelang.expressions.jsonata.bounds import BOUNDED
    from airflow_provider_media.core.statelang.expressions.jsonata.exact import DISTINCT, native

    own = {} if source is None else functions(source)
    return {"distinct": DISTINCT, **BOUNDED, **{name: native(function) for name, function in own.items()}}


def _error_text(error: Exception) -> str:
    code = getattr(error, "code", None) or getattr(error, "error", None)
    text = str(error)
    return text if not code or str(code) in text else f"{code}: {text}"
