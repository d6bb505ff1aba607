"""Tencent's dialect of the language (Application Service Workflow, TCSL): what differs from Amazon's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ASL = "asl"
TCSL = "tcsl"
QRN = "qrn:"

OPERATORS = frozenset({"BooleanEquals", "NumericEquals", "IsBoolean", "IsNumeric", "StringEquals"})
"""The operators that TCSL documents; others are accepted with a warning."""

MAX_CONCURRENCY = 1
"""Maps run one item at a time unless told otherwise; Amazon's default is all at once."""

INPUT_CHARACTERS = 524_288

_SPELLINGS = {"ResultSeclector": "ResultSelector"}
_STATUSES = {"SUCCEEDED": "SUCCEED", "ABORTED": "TERMINATED", "TIMED_OUT": "FAILED"}


def dialect_of(definition: Any) -> str:
    """``tcsl`` where a definition names a QRN resource or uses a spelling of TCSL's own, else ``asl``."""
    return TCSL if _is_tcsl(definition) else ASL


def _is_tcsl(value: Any) -> bool:
    if isinstance(value, Mapping):
        resource = value.get("Resource")
        own = (isinstance(resource, str) and resource.startswith(QRN)) or not _SPELLINGS.keys().isdisjoint(value)
        return own or any(_is_tcsl(item) for item in value.values())
    return isinstance(value, list) and any(_is_tcsl(item) for item in value)


def spelt(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state's fields with the spellings of Tencent's documentation put right."""
    return {_SPELLINGS.get(key, key): value for key, value in state.items()}


def display_status(status: str, dialect: str) -> str:
    """An execution's status as people of that dialect know it."""
    return _STATUSES.get(status, status) if dialect == TCSL else status
