"""Short descriptions of Choice rules, for the edges of diagrams."""

from __future__ import annotations

from airflow_provider_media.core.statelang.expressions.choice.rule import All, Any, Comparison, Condition, Not, Test
from airflow_provider_media.core.statelang.expressions.paths import PathExpression
from airflow_provider_media.core.statelang.jsontext import compact

_SIGNS = {
    "Equals": "=",
    "LessThan": "<",
    "GreaterThan": ">",
    "LessThanEquals": "≤",
    "GreaterThanEquals": "≥",
    "Matches": "~",
}
_KINDS = ("String", "Numeric", "Boolean", "Timestamp")


def words(test: Test) -> str:
    """Describe the test of a rule, such as ``$.height > 720``."""
    if isinstance(test, Comparison):
        return _comparison(test)
    if isinstance(test, Not):
        return f"not ({words(test.test)})"
    if isinstance(test, (All, Any)):
        return (" and " if isinstance(test, All) else " or ").join(map(words, test.tests))
    assert isinstance(test, Condition)  # the parser makes no other
    return compact(test.value) if isinstance(test.value, bool) else test.value.source


def _comparison(test: Comparison) -> str:
    operand = test.operand.text if isinstance(test.operand, PathExpression) else compact(test.operand)
    if test.operator.startswith("Is"):
        negated = "" if test.operand is True else "not "
        return f"{test.variable.text} is {negated}{test.operator.removeprefix('Is').lower()}"
    sign = test.operator
    for kind in _KINDS:
        sign = sign.removeprefix(kind)
    return f"{test.variable.text} {_SIGNS.get(sign, sign)} {operand}"
