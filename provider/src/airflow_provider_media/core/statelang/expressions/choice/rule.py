"""Choice rules as a tree of tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from airflow_provider_media.core.statelang.errors import runtime
from airflow_provider_media.core.statelang.expressions.choice.operators import OPERATORS, PRESENT
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.expressions.paths import PathExpression, PathMissing
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json


class Test(Protocol):
    """A condition that is true or false for a view."""

    def holds(self, view: View) -> bool:
        """Return whether the test is true for the view."""
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """``Variable`` and one operator.

    :param variable: path to the compared value.
    :param operator: the operator's name, without ``Path``.
    :param operand: the value to compare with, or the path to that value.
    """

    variable: PathExpression
    operator: str
    operand: Json | PathExpression

    def holds(self, view: View) -> bool:
        """Return whether the comparison is true.

        :raises StateError: ``States.Runtime`` when a path leads nowhere, except for ``IsPresent``.
        """
        if self.operator == PRESENT:
            return self._present(view) is self.operand
        operand = _value(self.operand, view) if isinstance(self.operand, PathExpression) else self.operand
        return OPERATORS[self.operator](_value(self.variable, view), operand)

    def _present(self, view: View) -> bool:
        try:
            self.variable.find(view)
        except PathMissing:
            return False
        return True


def _value(path: PathExpression, view: View) -> Json:
    try:
        return path.find(view)
    except PathMissing as missing:
        raise runtime(
            f"Invalid path '{path.text}': The choice state's condition path references an invalid value."
        ) from missing


@dataclass(frozen=True, slots=True)
class All:
    """``And``: all tests are true."""

    tests: tuple[Test, ...]

    def holds(self, view: View) -> bool:
        """Return whether all tests are true; the first false test ends the evaluation."""
        return all(test.holds(view) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Any:
    """``Or``: at least one test is true."""

    tests: tuple[Test, ...]

    def holds(self, view: View) -> bool:
        """Return whether one test is true; the first true test ends the evaluation."""
        return any(test.holds(view) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Not:
    """``Not``: the test is false."""

    test: Test

    def holds(self, view: View) -> bool:
        """Return whether the test is false."""
        return not self.test.holds(view)


@dataclass(frozen=True, slots=True)
class Condition:
    """``Condition`` of a JSONata rule.

    :param number: index of the rule in ``Choices``, for error messages.
    """

    value: bool | JsonataExpression
    number: int

    def holds(self, view: View) -> bool:
        """Return whether the condition is true.

        :raises StateError: ``States.QueryEvaluationError`` when the expression fails or gives no boolean.
        """
        if isinstance(self.value, bool):
            return self.value
        return bool(self.value.expect(view, f"Choices[{self.number}]/Condition", "boolean"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of ``Choices``.

    :param test: the rule applies when this test is true.
    :param next: the next state.
    :param assign: variables to assign instead of the state's.
    :param output: the output instead of the state's (JSONata).
    """

    test: Test
    next: str
    assign: Template | None = None
    output: Template | None = None
