"""The data flow of a state in both query languages, behind one protocol.

JSONPath: raw input → InputPath → Parameters → *work* → ResultSelector → ResultPath → OutputPath.
JSONata: raw input → Arguments → *work* → Output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.paths import (
    PathExpression,
    ReferencePath,
    path_expression,
    reference_path,
)
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import checked_payload

WHOLE = path_expression("$")
REPLACE = reference_path("$")


class Flow(Protocol):
    """The data flow of one state. In all methods, ``view.input`` is the state's raw input."""

    def select(self, view: View) -> Json:
        """Return the input after ``InputPath``; in JSONata the raw input."""
        ...

    def effective_input(self, view: View) -> Json:
        """Return the input of the state's work."""
        ...

    def output(self, view: View, result: Json) -> Json:
        """Return the state's output for the result of its work."""
        ...

    def assignments(self, view: View, result: Json) -> dict[str, Json]:
        """Return the variables that the state assigns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPathFlow:
    """The data flow of a JSONPath state.

    :param input_path: ``InputPath``; ``None`` is JSON's null and gives an empty object.
    :param parameters: ``Parameters``.
    :param result_selector: ``ResultSelector``.
    :param result_path: ``ResultPath``; ``None`` is JSON's null and discards the result.
    :param output_path: ``OutputPath``; ``None`` is JSON's null and gives an empty object.
    :param assign: ``Assign``.
    """

    input_path: PathExpression | None = WHOLE
    parameters: Template | None = None
    result_selector: Template | None = None
    result_path: ReferencePath | None = REPLACE
    output_path: PathExpression | None = WHOLE
    assign: Template | None = None

    def select(self, view: View) -> Json:
        """Return the input after ``InputPath``."""
        return {} if self.input_path is None else self.input_path.evaluate(view, "InputPath")

    def effective_input(self, view: View) -> Json:
        """Return the input after ``InputPath`` and ``Parameters``."""
        selected = self.select(view)
        if self.parameters is None:
            return selected
        return checked_payload(self.parameters.evaluate(view.on(selected), "Parameters"), "Parameters")

    def output(self, view: View, result: Json) -> Json:
        """Apply ``ResultSelector`` to the result, put it into the raw input by ``ResultPath``, apply ``OutputPath``."""
        if self.result_selector is not None:
            result = checked_payload(self.result_selector.evaluate(view.on(result), "ResultSelector"), "ResultSelector")
        combined = view.input if self.result_path is None else self.result_path.put(view.input, result)
        return {} if self.output_path is None else self.output_path.evaluate(view.on(combined), "OutputPath")

    def assignments(self, view: View, result: Json) -> dict[str, Json]:
        """Return the values of ``Assign``, in which ``$`` is the result of the work."""
        return {} if self.assign is None else self.assign.evaluate(view.on(result), "Assign")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonataFlow:
    """The data flow of a JSONata state.

    :param arguments: ``Arguments``; without it, the work gets the raw input.
    :param result: whether the state's work has a result of its own, so that ``$states.result`` exists.
    :param output_template: ``Output``; without it, the output is the result.
    :param assign: ``Assign``.
    """

    arguments: Template | None = None
    result: bool = False
    output_template: Template | None = None
    assign: Template | None = None

    def select(self, view: View) -> Json:
        """Return the raw input."""
        return view.input

    def effective_input(self, view: View) -> Json:
        """Return the value of ``Arguments``, or the raw input."""
        return (
            view.input
            if self.arguments is None
            else checked_payload(self.arguments.evaluate(view, "Arguments"), "Arguments")
        )

    def output(self, view: View, result: Json) -> Json:
        """Return the value of ``Output``, or the result."""
        return (
            result
            if self.output_template is None
            else self.output_template.evaluate(self._seeing(view, result), "Output")
        )

    def assignments(self, view: View, result: Json) -> dict[str, Json]:
        """Return the values of ``Assign``."""
        return {} if self.assign is None else self.assign.evaluate(self._seeing(view, result), "Assign")

    def _seeing(self, view: View, result: Json) -> View:
        return with_result(view, result) if self.result else view


def with_result(view: View, result: Json) -> View:
    """Return the view with ``$states.result`` and without ``$states.errorOutput``."""
    return replace(view, result=result, error_output=ABSENT)
