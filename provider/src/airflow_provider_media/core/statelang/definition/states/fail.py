"""Fail: ends the machine, branch or iteration with an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.errors import StateError, runtime
from airflow_provider_media.core.statelang.expressions.flow.template import Selected, Template
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.expressions.paths import PathExpression
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import compact


@dataclass(frozen=True, slots=True, kw_only=True)
class FailState(State):
    """A state that ends with an error.

    :param error: ``Error``, ``ErrorPath`` or ``None``.
    :param cause: ``Cause``, ``CausePath`` or ``None``.
    """

    kind: ClassVar[str] = "Fail"
    error: Template | None = None
    cause: Template | None = None

    def raised(self, view: View) -> StateError:
        """Return the state's error in a view."""
        return StateError(_text(self.error, view, "Error"), _text(self.cause, view, "Cause"))


def _text(template: Template | None, view: View, field: str) -> str | None:
    if template is None:
        return None
    if isinstance(template, PathExpression):
        template = Selected(f"{field}Path", template, mark="")
    if isinstance(template, JsonataExpression):
        return str(template.expect(view, field, "string"))
    value = template.evaluate(view, field)
    if not isinstance(value, str):
        raise runtime(f"The {field} field must be a string but was: {compact(value)}")
    return value
