"""Parser of JSONPath with the grammar of Jayway's library, which the service uses."""

from __future__ import annotations

import re

from airflow_provider_media.core.statelang.expressions.paths.steps import (
    Child,
    Children,
    Descend,
    Filter,
    FunctionStep,
    Index,
    Indices,
    PathStep,
    Slice,
    Wildcard,
)

_NAME = re.compile(r"[^.\[\]()\s'\"?*@,:]+")
_QUOTED = re.compile(r"\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\s*")
_SLICE = re.compile(r"(-?\d{1,18})?\s*:\s*(-?\d{1,18})?(?:\s*:\s*(-?\d{1,18})?)?")
_INDICES = re.compile(r"-?\d{1,18}(?:\s*,\s*-?\d{1,18})*")
_FROM_END = re.compile(r"\(\s*@\.length\(?\)?\s*-\s*(\d{1,18})\s*\)")
_FUNCTIONS = frozenset({"length", "size", "min", "max", "avg", "sum", "keys"})


class PathUnreadable(ValueError):
    """A text is not a JSONPath."""


class Scanner:
    """Parser of one path, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 1
        if not text.startswith("$"):
            raise self.refuse("must start with '$'")

    def refuse(self, reason: str) -> PathUnreadable:
        """Return the error that says where parsing stopped, and why."""
        return PathUnreadable(f"Invalid path '{self.text}': {reason} at character {self.position}")

    def steps(self) -> tuple[PathStep, ...]:
        """Parse all steps after the root."""
        found: list[PathStep] = []
        while self.position < len(self.text):
            found.append(self._step())
        return tuple(found)

    def _step(self) -> PathStep:
        if self._take(".."):
            return Descend(self._bracket() if self._peek("[") else self._dotted())
        if self._peek("["):
            return self._bracket()
        if self._take("."):
            # Jayway also accepts "$.[0]", and public definitions use it.
            return self._bracket() if self._peek("[") else self._dotted()
        raise self.refuse("expected '.' or '['")

    def _dotted(self) -> PathStep:
        if self._take("*"):
            return Wildcard()
        name = self._match(_NAME)
        if name is None:
            raise self.refuse("expected a name, '*' or '['")
        if self._peek("("):
            return self._function(name.group())
        return Child(name.group())

    def _function(self, name: str) -> PathStep:
        if name not in _FUNCTIONS or not self._take("()"):
            raise self.refuse(f"unknown function '{name}'")
        return FunctionStep(name)

    def _bracket(self) -> PathStep:
        end = self._closing()
        inner = self.text[self.position + 1 : end].strip()
        step = _in_brackets(inner)
        if step is None:
            raise self.refuse(f"cannot read '[{inner}]'")
        self.position = end + 1
        return step

    def _closing(self) -> int:
        """Return the position of the bracket that closes the current bracket; brackets inside quotes do not count."""
        depth, quote, at = 0, "", self.position
        while at < len(self.text):
            mark = self.text[at]
            if quote:
                at += mark == "\\"
                quote = "" if mark == quote else quote
            elif mark in "'\"":
                quote = mark
            else:
                depth += (mark == "[") - (mark == "]")
                if depth == 0:
                    return at
            at += 1
        raise self.refuse("a bracket is not closed")

    def _peek(self, mark: str) -> bool:
        return self.text.startswith(mark, self.position)

    def _take(self, mark: str) -> bool:
        found = self._peek(mark)
        self.position += len(mark) if found else 0
        return found

    def _match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        found = form.match(self.text, self.position)
        self.position = found.end() if found else self.position
        return found


def _in_brackets(inner: str) -> PathStep | None:
    if inner == "*":
        return Wildcard()
    if inner.startswith("?"):
        return Filter(inner[1:].strip())
    if inner[:1] in {"'", '"'}:
        return _names(inner)
    return _numbers(inner)


def _names(inner: str) -> PathStep | None:
    names: list[str] = []
    at = 0
    while found := _QUOTED.match(inner, at):
        names.append(re.sub(r"\\(.)", r"\1", found.group(1) if found.group(1) is not None else found.group(2)))
        at = found.end()
        if at == len(inner):
            return Child(names[0]) if len(names) == 1 else Children(tuple(names))
        if inner[at] != ",":
            return None
        at += 1
    return None


def _numbers(inner: str) -> PathStep | None:
    if _INDICES.fullmatch(inner):
        indices = tuple(int(part) for part in inner.split(","))
        return Index(indices[0]) if len(indices) == 1 else Indices(indices)
    if found := _SLICE.fullmatch(inner):
        start, stop, step = (None if part is None else int(part) for part in found.groups())
        return Slice(start, stop, step)
    if found := _FROM_END.fullmatch(inner):
        return Index(-int(found.group(1)))
    return None
