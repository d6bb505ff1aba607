"""Parser and evaluation of intrinsic calls."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from airflow_provider_media.core.statelang.errors import INTRINSIC_FAILURE, StateError, runtime
from airflow_provider_media.core.statelang.expressions.intrinsics.functions import FUNCTIONS, Failed
from airflow_provider_media.core.statelang.expressions.paths import (
    PathExpression,
    PathMissing,
    PathUnreadable,
    path_expression,
)
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact
from airflow_provider_media.core.statelang.limits import checked_payload

MAX_DEPTH = 10
_NAME = re.compile(r"States\.([A-Za-z0-9]+)\s*\(")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,308}(?:\.\d{1,308})?(?:[eE][+-]?\d{1,3})?(?=\s*[,)])")
_WORD = re.compile(r"(true|false|null)(?=\s*[,)])")
_WORDS = {"true": True, "false": False, "null": None}


class IntrinsicUnreadable(ValueError):
    """A text is not a call of an intrinsic function."""


@dataclass(frozen=True, slots=True)
class Literal:
    r"""A string, number, boolean or null written in a call.

    :param value: the value; escapes of a string are resolved.
    :param raw: the string as written, because ``States.Format`` must distinguish ``\{`` from ``{``.
    """

    value: Json
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class IntrinsicCall:
    """A call of an intrinsic function.

    :param text: the call as written.
    :param name: the function's name without ``States.``.
    :param arguments: literals, paths and calls.
    """

    text: str
    name: str
    arguments: tuple[Literal | PathExpression | IntrinsicCall, ...]

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the result of the function.

        :raises StateError: ``States.IntrinsicFailure`` when the function rejects its arguments, ``States.Runtime`` when
            a path leads nowhere, ``States.DataLimitExceeded`` when the result is larger than a payload may be.
        """
        try:
            values = [self._argument(argument, view, field) for argument in self.arguments]
            found = FUNCTIONS[self.name].call(values, lambda: view.random(f"{field}/{self.text}"))
            return checked_payload(found, f"States.{self.name}")
        except Failed as failure:
            detail = f"The function '{self.text}' had the following error: {failure}"
            raise StateError(INTRINSIC_FAILURE, detail, located=True) from failure

    def _argument(self, argument: Literal | PathExpression | IntrinsicCall, view: View, field: str) -> Json:
        if isinstance(argument, IntrinsicCall):
            return argument.evaluate(view, field)
        if isinstance(argument, Literal):
            if argument.raw is not None and _open_escape(argument.raw):
                raise Failed(f"A backslash must be followed by one of ' {{ }} \\ in '{argument.raw}'")
            return argument.raw if self.name == "Format" and argument.raw is not None else argument.value
        try:
            return argument.find(view)
        except PathMissing as missing:
            subject = view.context if argument.root == "$$" else view.input
            detail = (
                f"The JsonPath argument for the field '{argument.text}' could not be found in the input"
                f" '{compact(subject)}'"
            )
            raise runtime(f"The function '{self.text}' had the following error: {detail}") from missing


@lru_cache(maxsize=4096)
def intrinsic(text: str) -> IntrinsicCall:
    """Parse a call such as ``States.Format('{}', $.name)``.

    :raises IntrinsicUnreadable: when the text is not a call, the function is unknown, the number or type of arguments
        is wrong, or calls nest deeper than ten levels.
    """
    reader = _CallParser(text)
    call = reader.call()
    if text[reader.position :].strip():
        raise reader.refuse("text after the call")
    return call


class _CallParser:
    """Parser of one call, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def refuse(self, reason: str) -> IntrinsicUnreadable:
        return IntrinsicUnreadable(f"Invalid intrinsic function '{self.text}': {reason} at character {self.position}")

    def call(self, depth: int = 1) -> IntrinsicCall:
        start = self.position
        if depth > MAX_DEPTH:
            raise self.refuse(f"calls nest deeper than {MAX_DEPTH}")
        name = self._match(_NAME)
        if name is None:
            raise self.refuse("expected States.<Function>(")
        function = FUNCTIONS.get(name.group(1))
        if function is None:
            raise self.refuse(f"unknown function 'States.{name.group(1)}'; known are {', '.join(sorted(FUNCTIONS))}")
        arguments = self._arguments(depth)
        if not function.takes(len(arguments)):
            raise self.refuse(f"States.{name.group(1)} does not take {len(arguments)} arguments")
        for number, argument in enumerate(arguments):
            if isinstance(argument, Literal) and not function.accepts(number, argument.value):
                raise self.refuse(f"argument {number + 1} of States.{name.group(1)} is of the wrong type")
        return IntrinsicCall(self.text[start : self.position], name.group(1), arguments)

    def _arguments(self, depth: int) -> tuple[Literal | PathExpression | IntrinsicCall, ...]:
        found: list[Literal | PathExpression | IntrinsicCall] = []
        while not self._take(")"):
            if found and not self._take(","):
                raise self.refuse("expected ',' or ')'")
            found.append(self._argument(depth))
        return tuple(found)

    def _argument(self, depth: int) -> Literal | PathExpression | IntrinsicCall:
        self._blanks()
        if self.text.startswith("States.", self.position):
            return self.call(depth + 1)
        if self.text.startswith("$", self.position):
            return self._path()
        if found := self._match(_STRING):
            return Literal(_unescape(found.group(1)), found.group(1))
        if found := self._match(_WORD):
            return Literal(_WORDS[found.group(1)])
        if found := self._match(_NUMBER):
            text = found.group()
            if not math.isfinite(float(text)):
                raise self.refuse("a number is out of range")
            return Literal(int(text) if text.lstrip("-").isdigit() else float(text))
        raise self.refuse("expected a path, a 'string', a number, true, false, null or a call")

    def _path(self) -> PathExpression:
        start = self.position
        depth, quote = 0, ""
        while self.position < len(self.text):
            mark = self.text[self.position]
            if quote:
                quote = "" if mark == quote else quote
            elif mark in "'\"":
                quote = mark
            elif depth == 0 and mark in ",)":
                break
            else:
                depth += (mark in "([") - (mark in ")]")
            self.position += 1
        try:
            return path_expression(self.text[start : self.position].strip())
        except PathUnreadable as error:
            raise self.refuse(str(error)) from error

    def _blanks(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def _take(self, mark: str) -> bool:
        self._blanks()
        found = self.text.startswith(mark, self.position)
        self.position += found
        return found

    def _match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        found = form.match(self.text, self.position)
        self.position = found.end() if found else self.position
        return found


def _open_escape(raw: str) -> bool:
    """Return whether a backslash escapes nothing, which is an error at run time in the language."""
    return re.search(r"\\", re.sub(r"\\['{}\\]", "", raw)) is not None


def _unescape(raw: str) -> str:
    return re.sub(r"\\(['{}\\])", r"\1", raw)
