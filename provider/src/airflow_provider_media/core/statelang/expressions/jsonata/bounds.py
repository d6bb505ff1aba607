"""Limits of time, depth and memory of one evaluation in jsonata-python.

Only the pure engine and ``preloading`` import this module.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from jsonata import Jsonata
from jsonata.functions import Functions
from jsonata.jexception import JException

from airflow_provider_media.core.statelang.expressions.intrinsics.functions import Failed
from airflow_provider_media.core.statelang.jsontext import least_size
from airflow_provider_media.core.statelang.limits import JSONATA_ITEMS, TEXT_CHARACTERS

DEPTH = 500
CELLS = 4_000_000
"""Most cells of all values in one evaluation: one per item of an array or object, one per eight characters of text."""
_COUNTED_ELSEWHERE = frozenset({"variable", "string", "number", "value", "regex", "lambda", "function"})
"""Parts that return existing values, and calls. ``ExactJsonata`` counts calls, because ``leave`` misses tail calls."""
_ACTIVE = threading.local()


class Bounds:
    """Limits of one evaluation: count the values of an expression's parts, and end the evaluation at a limit.

    :param frame: the frame in which the expression is evaluated.
    :param seconds: how long the evaluation may take.
    """

    def __init__(self, frame: Any, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.milliseconds = int(seconds * 1000)
        self.depth = 0
        self.cells = 0
        _ACTIVE.bounds = self
        frame.set_evaluate_entry_callback(self.enter)
        frame.set_evaluate_exit_callback(self.leave)

    def enter(self, _expression: Any, _input: Any, frame: Any) -> None:
        """Check time and depth before a part is evaluated."""
        if frame.is_parallel_call:
            return
        self.depth += 1
        if self.depth > DEPTH:
            raise JException("D1011", -1)
        if time.monotonic() > self.ends:
            raise JException("D1012", -1, self.milliseconds)

    def leave(self, expression: Any, _input: Any, frame: Any, result: Any) -> None:
        """Count the value of a part after its evaluation."""
        if not frame.is_parallel_call:
            self.depth -= 1
        if getattr(expression, "type", None) not in _COUNTED_ELSEWHERE:
            self.count(result)

    def count(self, result: Any) -> None:
        """Count a value.

        :raises Failed: when the value, or all values together, are too large.
        """
        if not isinstance(result, (str, list, dict)):
            return
        if isinstance(result, str):
            check_text(len(result))
            self.cells += len(result) // 8
        else:
            check_items(len(result))
            self.cells += len(result)
        if self.cells > CELLS:
            raise Failed(f"the expression needs too much memory: its parts give more than {CELLS} items")


def count_result(result: Any) -> Any:
    """Count a function's result in this thread's current evaluation, and return the result.

    :raises Failed: when the result, or all values together, are too large.
    """
    _ACTIVE.bounds.count(result)
    return result


def check_text(characters: int) -> None:
    """Reject a text that is too long.

    :raises Failed: when the text exceeds ``TEXT_CHARACTERS``.
    """
    if characters > TEXT_CHARACTERS:
        raise Failed(f"a text must not be longer than {TEXT_CHARACTERS} characters")


def check_items(count: int) -> None:
    """Reject an array or object that is too large.

    :raises Failed: when the number of items exceeds ``JSONATA_ITEMS``.
    """
    if count > JSONATA_ITEMS:
        raise Failed(f"an array must not hold more than {JSONATA_ITEMS} items")


def check_written(value: Any) -> None:
    """Reject a value whose JSON text is too long.

    :raises Failed: when the JSON text exceeds ``TEXT_CHARACTERS``.
    """
    if not isinstance(value, str) and least_size(value, TEXT_CHARACTERS) > TEXT_CHARACTERS:
        check_text(TEXT_CHARACTERS + 1)


def _string(value: Any = None, pretty: Any = None) -> Any:
    check_written(value)
    return Functions.string(value, pretty)


def _pad(text: Any = None, width: Any = None, mark: Any = None) -> Any:
    if isinstance(width, (int, float)):
        check_text(int(abs(width)))
    return Functions.pad(text, width, mark)


def _join(texts: Any = None, separator: Any = None) -> Any:
    if isinstance(texts, list):
        gap = len(separator) if isinstance(separator, str) else 0
        check_text(sum(len(text) + gap for text in texts if isinstance(text, str)))
    return Functions.join(texts, separator)


def _replace(text: Any = None, pattern: Any = None, replacement: Any = None, limit: Any = None) -> Any:
    if isinstance(text, str) and isinstance(pattern, str) and pattern and isinstance(replacement, str):
        check_text(len(text) + text.count(pattern) * len(replacement))
    return Functions.replace(text, pattern, replacement, limit)


class _Bounded(Jsonata.JFunctionCallable):  # type: ignore[misc]  # the library has no types
    """A function of the library that runs after a check of its arguments."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def call(self, _input: Any, args: list[Any] | None) -> Any:
        return self.function(*(args or []))


BOUNDED = {
    "string": Jsonata.JFunction(_Bounded(_string), "<x-b?:s>"),
    "pad": Jsonata.JFunction(_Bounded(_pad), "<s-ns?:s>"),
    "join": Jsonata.JFunction(_Bounded(_join), "<a<s>s?:s>"),
    "replace": Jsonata.JFunction(_Bounded(_replace), "<s-(sf)(sf)n?:s>"),
}
"""Functions whose result may be much larger than their arguments, by name."""
