"""Failure thresholds of a distributed Map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airflow_provider_media.core.statelang.expressions.flow.amount import Amount, measure, not_a, refusal
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, is_integer, is_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Thresholds of failed child executions; exceeding either threshold fails the Map.

    :param count: most failures: number, path, expression or ``None``.
    :param percentage: most failures in percent: number, path, expression or ``None``.
    """

    count: Amount | None = None
    percentage: Amount | None = None

    def measure(self, view: View, total: int) -> Callable[[int], bool]:
        """Return a function that says whether a number of failures among ``total`` child executions is tolerated.

        :raises StateError: ``States.Runtime`` when a threshold is not a number or out of range,
            ``States.QueryEvaluationError`` when that threshold is a JSONata expression.
        """
        count, percentage = self._count(view), self._percentage(view)
        if count is None and percentage is None:
            return lambda _: False
        return lambda failures: (
            (count is None or failures <= count) and (percentage is None or 100 * failures / total <= percentage)
        )

    def _count(self, view: View) -> float | None:
        value = _value(self.count, view, "ToleratedFailureCount", "integer", is_integer)
        if value is not None and value < 0:
            raise refusal(self.count or 0)("ToleratedFailureCount cannot be negative.")
        return value

    def _percentage(self, view: View) -> float | None:
        value = _value(self.percentage, view, "ToleratedFailurePercentage", "float", is_number)
        if value is not None and not 0 <= value <= 100:
            raise refusal(self.percentage or 0)("ToleratedFailurePercentage must be between 0 and 100.")
        return value


def _value(source: Amount | None, view: View, field: str, kind: str, test: Callable[[Json], bool]) -> float | None:
    if source is None:
        return None
    value = measure(source, view, field)
    if not test(value):
        raise not_a(kind, source, value, field)
    return float(value)
