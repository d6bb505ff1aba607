"""JSONata with the service's rules: the variables in scope, and undefined distinct from null.

Both engines return ``None`` for undefined and for null. Engines therefore evaluate the expression inside an object: an
undefined field is left out, a null field is present.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from airflow_provider_media.core.statelang.errors import query
from airflow_provider_media.core.statelang.expressions.jsonata import engines
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View
from airflow_provider_media.core.statelang.jsontext import Json, compact, type_name

_MARKED = re.compile(r"\{%(.*)%\}", re.DOTALL)
_OWN_FUNCTIONS = re.compile(r"\$(?:partition|range|hash|uuid|parse|random)\b")
_FORBIDDEN = re.compile(r"\$eval\s*\(")


class JsonataUnreadable(ValueError):
    """A text is not a JSONata expression."""


@dataclass(frozen=True, slots=True)
class JsonataExpression:
    """A JSONata expression, ready to be evaluated.

    :param source: the text between ``{%`` and ``%}``, without outer blanks.
    :param program: the expression as compiled by an engine.
    :param own_functions: whether the expression may call a function that the service adds.
    """

    source: str
    program: engines.Program
    own_functions: bool

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the expression's value.

        :param field: the field that holds the expression, for the error message.
        :raises StateError: ``States.QueryEvaluationError`` when the evaluation fails or the value is undefined.
        """
        value = self.find(view, field)
        if value is ABSENT:
            raise query(f"{self._subject(field)} returned nothing (undefined).")
        return value

    def find(self, view: View, field: str = "") -> Any:
        """Return the expression's value, or :data:`ABSENT` when the value is undefined."""
        try:
            return self.program.run(
                _bindings(view),
                now=view.now,
                source=view.random(f"{field}/{self.source}") if self.own_functions else None,
            )
        except engines.EvaluationFailed as failure:
            raise query(f"{self._subject(field)} threw an error during evaluation. {failure}") from failure

    def expect(self, view: View, field: str, *kinds: str) -> Json:
        """Return the expression's value, which must have one of the given JSON types.

        :raises StateError: ``States.QueryEvaluationError`` when the evaluation fails or the value has another type.
        """
        return expected(self.evaluate(view, field), kinds, self._subject(field))

    def _subject(self, field: str) -> str:
        return f"The JSONata expression '{self.source}' specified for the field '{field}'"


def expected(value: Json, kinds: tuple[str, ...], subject: str) -> Json:
    """Return the value if it has one of the given JSON types.

    :raises StateError: ``States.QueryEvaluationError`` when the value has another type.
    """
    if type_name(value) in kinds:
        return value
    wanted = " or ".join(f"'{kind}'" for kind in kinds)
    raise query(
        f"{subject} returned an unexpected result type. Expected {wanted}, but was '{type_name(value)}' for value:"
        f" {compact(value)}"
    )


def _bindings(view: View) -> dict[str, Any]:
    states = {"input": view.input, "context": view.context}
    if view.result is not ABSENT:
        states["result"] = view.result
    if view.error_output is not ABSENT:
        states["errorOutput"] = view.error_output
    return {**view.variables, "states": states}


def expression_in(text: object) -> str | None:
    """Return the text between ``{%`` and ``%}``, or ``None`` when the value is a literal."""
    found = _MARKED.fullmatch(text) if isinstance(text, str) else None
    return found.group(1).strip() if found else None


@lru_cache(maxsize=4096)
def jsonata(source: str) -> JsonataExpression:
    """Parse an expression without its ``{%`` and ``%}``.

    :raises JsonataUnreadable: when the text is not an expression, or calls ``$eval``.
    """
    if _FORBIDDEN.search(source):
        raise JsonataUnreadable("$eval is not available; use $parse to read a JSON text")
    try:
        program = engines.compile_program(source)
    except engines.EvaluationFailed as failure:
        raise JsonataUnreadable(str(failure)) from failure
    return JsonataExpression(source, program, _OWN_FUNCTIONS.search(source) is not None)
