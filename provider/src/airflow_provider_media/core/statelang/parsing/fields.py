"""Reading a state's fields as templates, paths and expressions that can be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from airflow_provider_media.core.statelang.definition.retry import Catcher, Retrier
from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.expressions.flow import (
    Flow,
    JsonataFlow,
    JsonPathFlow,
    Template,
    TemplateUnreadable,
    template,
)
from airflow_provider_media.core.statelang.expressions.flow.template import Constant
from airflow_provider_media.core.statelang.expressions.intrinsics import IntrinsicUnreadable, intrinsic
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataUnreadable, expression_in, jsonata
from airflow_provider_media.core.statelang.expressions.paths import (
    PathExpression,
    PathUnreadable,
    path_expression,
    reference_path,
)
from airflow_provider_media.core.statelang.jsontext import is_number

T = TypeVar("T")


class StateFields:
    """The fields of one state, or of an object inside it.

    :param value: the object.
    :param location: JSON pointer to it.
    :param jsonata: whether the query language is JSONata, else JSONPath.
    :param name: the state's name.
    """

    def __init__(self, value: Mapping[str, Any], *, location: str, jsonata: bool, name: str = "") -> None:
        self.value = value
        self.location = location
        self.jsonata = jsonata
        self.name = name

    def inside(self, key: str | int, value: Mapping[str, Any]) -> StateFields:
        """Return the fields of an object inside this one."""
        return StateFields(value, location=f"{self.location}/{key}", jsonata=self.jsonata, name=self.name)

    def common(self, *, works: bool = False) -> dict[str, Any]:
        """Return the arguments that all state classes share.

        :param works: whether the state's work has a result of its own.
        """
        return {
            "name": self.name,
            "flow": self.flow(works=works),
            "jsonata": self.jsonata,
            "next": self.target("Next"),
            "comment": str(self.value.get("Comment", "")),
            "retry": tuple(self._retrier(entry) for entry in self._objects("Retry")),
            "catch": tuple(self._catcher(entry) for entry in self._objects("Catch")),
        }

    def target(self, key: str) -> str | None:
        """Return the name of the following state from a field; ``None`` when the field is absent."""
        name = self.value.get(key)
        if name is not None and not isinstance(name, str):
            raise DefinitionInvalid(f"{key} must be the name of a state", f"{self.location}/{key}")
        return name

    def flow(self, *, works: bool) -> Flow:
        """Return the state's data flow.

        :param works: whether the state's work has a result of its own.
        """
        if self.jsonata:
            arguments, output, assign = self.template("Arguments"), self.template("Output"), self.template("Assign")
            return JsonataFlow(arguments=arguments, result=works, output_template=output, assign=assign)
        given: dict[str, Any] = {
            "parameters": self.template("Parameters"),
            "result_selector": self.template("ResultSelector"),
            "assign": self.template("Assign"),
        }
        paths = {"input_path": "InputPath", "output_path": "OutputPath"}
        for name, key in paths.items():
            if key in self.value:
                given[name] = self.path(key)
        if "ResultPath" in self.value:
            text = self.value["ResultPath"]
            given["result_path"] = None if text is None else self._read("ResultPath", reference_path, text)
        return JsonPathFlow(**given)

    def template(self, key: str) -> Template | None:
        """Read a payload template; return ``None`` when the field is absent."""
        if key not in self.value:
            return None
        try:
            return template(self.value[key], jsonata_language=self.jsonata)
        except TemplateUnreadable as error:
            raise DefinitionInvalid(error.message, f"{self.location}/{key}{error.location}") from error

    def path(self, key: str) -> PathExpression | None:
        """Read a path; return ``None`` when the field is absent or null."""
        text = self.value.get(key)
        return None if text is None else self._read(key, path_expression, text)

    def amount(self, key: str) -> Any:
        """Read a number or text: a literal, a ``…Path``, or an expression; return ``None`` when it is absent."""
        if f"{key}Path" in self.value and not self.jsonata:
            return self.path(f"{key}Path")
        value = self.value.get(key)
        source = expression_in(value)
        if source is not None and self.jsonata:
            return self._read(key, jsonata, source)
        if isinstance(value, str) and value.startswith("${"):
            raise DefinitionInvalid(f"The placeholder {value} has not been replaced", f"{self.location}/{key}")
        return value

    def text(self, key: str) -> Template | None:
        """Read a text: a literal, a ``…Path`` (path or intrinsic call), or an expression."""
        if f"{key}Path" in self.value and not self.jsonata:
            text = self.value[f"{key}Path"]
            reader: Callable[[str], Template] = path_expression if str(text).startswith("$") else intrinsic
            return self._read(f"{key}Path", reader, text)
        if not self.jsonata:
            return Constant(self.value[key]) if key in self.value else None
        return self.template(key)

    def _read(self, key: str, reader: Callable[[str], T], text: Any) -> T:
        if not isinstance(text, str):
            raise DefinitionInvalid(f"{key} must be a string", f"{self.location}/{key}")
        try:
            return reader(text)
        except (PathUnreadable, IntrinsicUnreadable, JsonataUnreadable) as error:
            raise DefinitionInvalid(str(error), f"{self.location}/{key}") from error

    def _objects(self, key: str) -> list[StateFields]:
        entries = self.value.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise DefinitionInvalid(f"{key} must be an array of objects", f"{self.location}/{key}")
        return [self.inside(f"{key}/{number}", entry) for number, entry in enumerate(entries)]

    def _retrier(self, entry: StateFields) -> Retrier:
        value = entry.value
        numbers = {
            "interval_seconds": value.get("IntervalSeconds", 1),
            "max_attempts": value.get("MaxAttempts", 3),
            "backoff_rate": value.get("BackoffRate", 2.0),
        }
        for name, number in numbers.items():
            if not is_number(number):
                raise DefinitionInvalid(f"{name} must be a number but was: {number!r}", entry.location)
        most = value.get("MaxDelaySeconds")
        if most is not None and not is_number(most):
            raise DefinitionInvalid(
                f"MaxDelaySeconds must be a number but was: {most!r}", f"{entry.location}/MaxDelaySeconds"
            )
        jitter = value.get("JitterStrategy") == "FULL"
        return Retrier(errors=_errors(entry), max_delay_seconds=most, full_jitter=jitter, **numbers)

    def _catcher(self, entry: StateFields) -> Catcher:
        flow = entry.flow(works=False)
        own: dict[str, Any] = (
            {"result_path": flow.result_path}
            if isinstance(flow, JsonPathFlow)
            else {"output": entry.template("Output")}
        )
        return Catcher(errors=_errors(entry), next=entry.target("Next") or "", assign=entry.template("Assign"), **own)


def _errors(entry: StateFields) -> tuple[str, ...]:
    names = entry.value.get("ErrorEquals")
    if not isinstance(names, list):
        raise DefinitionInvalid("ErrorEquals must be an array of error names", f"{entry.location}/ErrorEquals")
    return tuple(str(name) for name in names)
