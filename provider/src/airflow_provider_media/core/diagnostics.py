"""Diagnostics: mistakes in a file of a project, with their places and corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from airflow_provider_media.core.errors import MediaError, WorkflowInvalid
from airflow_provider_media.core.serde import from_json, to_json

Severity = Literal["error", "warning"]


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


def invalid(diagnostics: Iterable[Diagnostic]) -> WorkflowInvalid:
    """Return the error with all diagnostics, one per line in its text and as JSON in its detail."""
    found = sorted(diagnostics, key=lambda one: one.mark)
    return WorkflowInvalid("\n".join(map(str, found)), diagnostics=[to_json(one) for one in found])


def diagnostics_of(error: MediaError) -> list[Diagnostic]:
    """Return the diagnostics in an error made by ``invalid``."""
    return [from_json(Diagnostic, one) for one in cast("list[object]", error.detail["diagnostics"])]
