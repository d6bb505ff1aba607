"""Corrections of jsonata-python where its results differ from JSONata's, found by comparison with jlens.

Only the pure engine and ``preloading`` import this module.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException
from jsonata.utils import Utils

from airflow_provider_media.core.statelang.expressions.intrinsics.functions import same
from airflow_provider_media.core.statelang.expressions.jsonata.bounds import check_items, check_written, count_result
from airflow_provider_media.core.statelang.expressions.regexes import LinearPattern, compile_pattern


def linear_regex(pattern: str, flags: Any) -> LinearPattern:
    """Compile a regular expression literal such as ``/a+/i``."""
    options = (re.IGNORECASE if flags.case_insensitive else 0) | (re.MULTILINE if flags.multiline else 0)
    return compile_pattern(pattern, options)


class ExactJsonata(Jsonata):  # type: ignore[misc]  # the library has no types
    """An expression with fractional remainders, true distinct from 1, and linear-time regular expressions."""

    def __init__(self, source: str) -> None:
        super().__init__(source, linear_regex)

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str | None) -> Any:
        """Evaluate ``a % b`` with its fraction; the library evaluates all other operators."""
        if op != "%" or not (Utils.is_numeric(lhs) and Utils.is_numeric(rhs)):
            return super().evaluate_numeric_expression(lhs, rhs, op)
        if float(rhs) == 0:
            raise JException("D1001", -1, "NaN")
        return Utils.convert_number(math.fmod(float(lhs), float(rhs)))

    def apply_inner(self, proc: Any, args: Any, input: Any, environment: Any) -> Any:  # noqa: A002  the library's name
        """Apply a function, and reject a result that is too large."""
        return count_result(super().apply_inner(proc, args, input, environment))

    def evaluate_string_concat(self, lhs: Any, rhs: Any) -> Any:
        """Evaluate ``a & b``, and reject operands whose text is too long."""
        check_written(lhs)
        check_written(rhs)
        return super().evaluate_string_concat(lhs, rhs)

    def evaluate_range_expression(self, lhs: Any, rhs: Any) -> Any:
        """Evaluate ``[a..b]``, and reject a range of too many numbers."""
        if isinstance(lhs, int) and isinstance(rhs, int):
            check_items(rhs - lhs + 1)
        return super().evaluate_range_expression(lhs, rhs)

    def evaluate_includes_expression(self, lhs: Any, rhs: Any) -> bool:
        """Evaluate ``a in b``, which is false when either operand is undefined."""
        if lhs is None or rhs is None:
            return False
        return any(same(lhs, item) for item in (rhs if isinstance(rhs, list) else [rhs]))


def distinct(items: Any = None) -> Any:
    """``$distinct``: a single value stays in its array, unless the array is a sequence, such as a path's result."""
    if not isinstance(items, list) or len(items) <= 1:
        return items
    found = Utils.create_sequence() if getattr(items, "sequence", False) else []
    for item in items:
        if not any(same(item, other) for other in found):
            found.append(item)
    return found


class _Native(Jsonata.JFunctionCallable):  # type: ignore[misc]  # the library has no types
    """A Python function with the interface that the library calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def call(self, _input: Any, args: list[Any] | None) -> Any:
        return self.function(*(args or []))


def native(function: Callable[..., Any]) -> Any:
    """Wrap a Python function so that expressions can call the function."""
    return Jsonata.JFunction(_Native(function), None)


DISTINCT = native(distinct)
