"""Diagnostics: mistakes in a file of a project, with their places and corrections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from pydantic import ConfigDict

from airflow_provider_media.core.errors import MediaError, WorkflowInvalid
from airflow_provider_media.core.serde import from_json, to_json

Severity = Literal["error", "warning"]
_DIVIDER = re.compile(r"[.\[\]]+")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, and 0 means that the data came from no file."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.file else f"line {self.line}, column {self.column}"


NOWHERE = Mark()
"""The mark of data that came from no file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One error or warning about a file."""

    mark: Mark
    field: str = ""
    """Path such as ``outputs.hd.video.codec``, or ``/States/Encode/Retry/0`` in a state machine's JSON."""
    message: str
    """What is wrong, what is allowed, what to write."""
    rule: str
    """Stable name of the broken rule, such as ``unknown-field``."""
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        """Whether the file cannot be used."""
        return self.severity == "error"

    def __str__(self) -> str:
        place = ": ".join(part for part in (str(self.mark), self.field) if part)
        level = "" if self.is_error else f"{self.severity}: "
        return f"{place}: {level}{self.message}" if place else f"{level}{self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDiagnostic:
    """One error or warning about a text, as clients and editors take it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    severity: Severity
    code: str
    """Stable name of the broken rule, such as `unknown-field`."""
    message: str
    """What is wrong and what is allowed."""
    hint: str
    """What to write instead; empty when the message says it."""
    path: tuple[str | int, ...]
    """Path of the field, such as `["outputs", "hd", "preset"]`."""
    line: int | None
    """Line from 1; null when the mistake is not in the text, such as one in a preset."""
    column: int | None
    part: Literal["text", "settings"] = "text"
    """The text in which line and column count: the definition, or the settings beside a state machine."""

    @classmethod
    def of(
        cls, one: Diagnostic, *, path: Iterable[str | int] | None = None, part: Literal["text", "settings"] = "text"
    ) -> TextDiagnostic:
        """Return a diagnostic in this form.

        :param path: path of the field; read from the diagnostic's own dotted path when absent.
        """
        message, _, hint = one.message.partition("; ")
        return cls(
            severity=one.severity,
            code=one.rule,
            message=message,
            hint=hint,
            path=dotted_path(one.field) if path is None else tuple(path),
            line=one.mark.line or None,
            column=one.mark.column or None,
            part=part,
        )

    def __str__(self) -> str:
        place = f"{self.part}:{self.line}:{self.column}" if self.line else ""
        hint = f"; {self.hint}" if self.hint else ""
        return ": ".join(filter(None, (place, ".".join(map(str, self.path)), f"{self.message}{hint}")))


def dotted_path(field: str) -> tuple[str | int, ...]:
    """Return the parts of a path such as ``outputs.hd.watermarks[0].text``."""
    return tuple(int(part) if part.isdigit() else part for part in _DIVIDER.split(field) if part)


def invalid(diagnostics: Iterable[Diagnostic]) -> WorkflowInvalid:
    """Return the error with all diagnostics, one per line in its text and as JSON in its detail."""
    found = sorted(diagnostics, key=lambda one: one.mark)
    return WorkflowInvalid("\n".join(map(str, found)), diagnostics=[to_json(one) for one in found])


def diagnostics_of(error: MediaError) -> list[Diagnostic]:
    """Return the diagnostics in an error made by ``invalid``."""
    return [from_json(Diagnostic, one) for one in cast("list[object]", error.detail["diagnostics"])]
