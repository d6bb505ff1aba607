"""Differences between Tencent's dialect (Application Service Workflow, TCSL) and the Amazon States Language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ASL = "asl"
TCSL = "tcsl"
QRN = "qrn:"

OPERATORS = frozenset({"BooleanEquals", "NumericEquals", "IsBoolean", "IsNumeric", "StringEquals"})
"""The operators that TCSL documents. Other operators are accepted with a warning."""

MAX_CONCURRENCY = 1
"""Default concurrency limit of a Map: one item at a time. Amazon's default is no limit."""

INPUT_CHARACTERS = 524_288

_SPELLINGS = {"ResultSeclector": "ResultSelector"}
_STATUSES = {"SUCCEEDED": "SUCCEED", "ABORTED": "TERMINATED", "TIMED_OUT": "FAILED"}


def dialect_of(definition: Any) -> str:
    """Return ``tcsl`` when a definition names a QRN resource or uses a TCSL spelling, else ``asl``."""
    return TCSL if _is_tcsl(definition) else ASL


def _is_tcsl(value: Any) -> bool:
    if isinstance(value, Mapping):
        resource = value.get("Resource")
        own = (isinstance(resource, str) and resource.startswith(QRN)) or not _SPELLINGS.keys().isdisjoint(value)
        return own or any(_is_tcsl(item) for item in value.values())
    return isinstance(value, list) and any(_is_tcsl(item) for item in value)


def spelt(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state's fields with the misspelt names of Tencent's documentation corrected."""
    return {_SPELLINGS.get(key, key): value for key, value in state.items()}


def display_status(status: str, dialect: str) -> str:
    """Return an execution's status in the words of a dialect."""
    return _STATUSES.get(status, status) if dialect == TCSL else status
