"""The two JSONata engines: ``jlens`` where it is installed, else ``jsonata-python``; the answers are the same."""

from __future__ import annotations

import importlib.util
import random
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from airflow_provider_media.core.statelang.intrinsics.functions import Failed
from airflow_provider_media.core.statelang.jsonata.functions import functions, whole
from airflow_provider_media.core.statelang.regexes import PatternUnreadable
from airflow_provider_media.core.statelang.view import ABSENT

SECONDS = 5
"""An endless recursion must not hold a worker; the service gives up as well."""
FAST_SECONDS = 0.1
FAST_ITEMS = 5_000
FAST_CHARACTERS = 65_536
"""jlens allocates more than a gigabyte per second where an expression lets it, and looks at its clock only every thousand steps."""
_TIMED_OUT, _LIMITED = "D1012", "U"
_NOW = "journal_now"
_OF_TIME = re.compile(r"\$(?:now|millis)\b")
_OF_SQUARES = re.compile(r"\$replace\b|\.\.")
_OF_TEXT = re.compile(r"\$parse\b")


class EvaluationFailed(Exception):
    """An expression cannot be read or evaluated; the text begins with JSONata's code where there is one."""


class Program(Protocol):
    """A compiled expression."""

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """The value, or :data:`ABSENT` where it is undefined.

        :param bindings: variables by name.
        :param now: what ``$now()`` and ``$millis()`` give.
        :param source: randomness of the functions that the service adds; ``None`` where the expression calls none.
        :raises EvaluationFailed: where it cannot be evaluated.
        """
        ...


class FastProgram:
    """An expression in jlens, an engine written in Rust, as long as it is evaluated at once.

    jlens has no limit of memory. What takes it long, or gives large values, is evaluated again by jsonata-python, whose parts are counted.
    """

    def __init__(self, source: str) -> None:
        import jlens

        # A value may be nested deeper than Python can follow, or be a number that is out of range.
        self._errors = (jlens.JlensError, RecursionError, TypeError, OverflowError)
        self._nothing = jlens.Document(None)
        self._source = source
        try:
            jlens.Expression(source)
            self._expression = jlens.Expression(_inside_an_object(_with_parse(source)))
        except self._errors as error:
            raise EvaluationFailed(_error_text(error)) from error

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """The value; see :class:`Program`."""
        extra = functions(source) if source is not None else {}
        try:
            # Other threads run meanwhile, which they do not where the input is an object of Python.
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
    """An expression in jsonata-python, which needs no binary wheel."""

    def __init__(self, source: str) -> None:
        from jsonata.jexception import JException

        from airflow_provider_media.core.statelang.jsonata.exact import ExactJsonata

        self._errors = (JException, RecursionError, PatternUnreadable)
        # The library keeps the evaluation's state in the compiled expression, which several threads may share.
        self._lock = threading.Lock()
        try:
            ExactJsonata(source)
            self._expression = ExactJsonata(_inside_an_object(_with_parse(_with_clock(source))))
        except self._errors as error:
            raise EvaluationFailed(_error_text(error)) from error

    def run(self, bindings: Mapping[str, Any], *, now: datetime, source: random.Random | None) -> Any:
        """The value; see :class:`Program`."""
        from airflow_provider_media.core.statelang.jsonata.bounds import Bounds

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
            # Besides its own errors the library lets Python's out, such as that of a division by zero.
            raise EvaluationFailed(_error_text(error)) from error


def compile_program(source: str) -> Program:
    """Compile an expression with the faster engine that is there, and that is safe for it.

    :raises EvaluationFailed: where it cannot be read.
    """
    # A range, and one call of $replace, take all their memory before jlens looks at a limit.
    fast = importlib.util.find_spec("jlens") and not _OF_SQUARES.search(source)
    return FastProgram(source) if fast else PureProgram(source)


def _inside_an_object(source: str) -> str:
    return f'{{"value": ({source}\n)}}'


def _unpacked(found: Any) -> Any:
    value = found.get("value", ABSENT) if isinstance(found, dict) else ABSENT
    # A function is a value inside an expression but none outside of it.
    return _json(value) if value is None or isinstance(value, (bool, int, float, str, list, dict)) else ABSENT


def _json(value: Any) -> Any:
    """Plain JSON: engines give their own lists, and floats for whole numbers."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return whole(value) if isinstance(value, float) else value


def _with_nulls(value: Any) -> Any:
    """Null as jsonata-python wants it; it takes ``None`` for undefined."""
    from jsonata.utils import Utils

    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    return [_with_nulls(item) for item in value] if isinstance(value, list) else value


def _with_clock(source: str) -> str:
    """The expression with functions of time that read the given clock; this engine knows only the computer's."""
    if not _OF_TIME.search(source):
        return source
    return f"($millis := function() {{ ${_NOW} }}; $now := function($p, $z) {{ $fromMillis(${_NOW}, $p, $z) }}; ({source}\n))"


def _with_parse(source: str) -> str:
    """The expression with ``$parse``, whose value may be null."""
    if not _OF_TEXT.search(source):
        return source
    return f'($parse := function($text) {{ $lookup($parsed($text), "value") }}; ({source}\n))'


def _pure_functions(source: random.Random | None) -> dict[str, Any]:
    from airflow_provider_media.core.statelang.jsonata.bounds import BOUNDED
    from airflow_provider_media.core.statelang.jsonata.exact import DISTINCT, native

    own = {} if source is None else functions(source)
    return {"distinct": DISTINCT, **BOUNDED, **{name: native(function) for name, function in own.items()}}


def _error_text(error: Exception) -> str:
    code = getattr(error, "code", None) or getattr(error, "error", None)
    text = str(error)
    return text if not code or str(code) in text else f"{code}: {text}"
