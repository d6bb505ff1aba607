"""Diagnostics as clients see them: with the path of the field in parts, and the correction apart from the mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.diagnostics import Diagnostic, Severity, diagnostics_of
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import DOCUMENTED

_DIVIDER = re.compile(r"[.\[\]]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticView:
    """One error or warning about a text."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    severity: Severity
    code: str
    """Stable name of the broken rule, such as ``unknown-field``."""
    message: str
    """What is wrong, and what is allowed."""
    hint: str = ""
    """What to write instead; empty when the message says it."""
    path: tuple[str | int, ...] = ()
    """Names of fields and numbers of items on the way to the mistake."""
    line: int | None = None
    """Line, counted from 1; absent when the mistake has no place."""
    column: int | None = None


def diagnostic_view(diagnostic: Diagnostic) -> DiagnosticView:
    """Return a diagnostic as clients see it."""
    message, _, hint = diagnostic.message.partition("; ")
    mark = diagnostic.mark
    return DiagnosticView(
        severity=diagnostic.severity,
        code=diagnostic.rule,
        message=message,
        hint=hint,
        path=field_path(diagnostic.field),
        line=mark.line or None,
        column=mark.column or None,
    )


def field_path(field: str) -> tuple[str | int, ...]:
    """Return the parts of a path such as ``outputs.hd.watermarks[0].text`` or ``/States/A/Retry/0``."""
    parts = field.split("/") if field.startswith("/") else _DIVIDER.split(field)
    return tuple(int(part) if part.isdigit() else part for part in parts if part)


def with_views(error: WorkflowInvalid) -> WorkflowInvalid:
    """Return the error of an invalid workflow with its diagnostics as clients see them."""
    if "diagnostics" not in error.detail:
        return error
    views = [to_json(diagnostic_view(one)) for one in diagnostics_of(error)]
    return WorkflowInvalid(error.message, diagnostics=views)
