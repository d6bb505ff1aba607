"""Findings, in the shape of Step Functions' ``ValidateStateMachineDefinition``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

ERROR = "ERROR"
WARNING = "WARNING"
SCHEMA = "SCHEMA_VALIDATION_FAILED"
INVALID_JSON = "INVALID_JSON_DESCRIPTION"
MISSING_TARGET = "MISSING_TRANSITION_TARGET"
MISSING_TERMINAL = "MISSING_TERMINAL_STATE"
DUPLICATE_FIELD = "DUPLICATE_FIELD_NAME"
DUPLICATE_STATE = "DUPLICATE_STATE_NAME"


def meant(name: str, allowed: Collection[str]) -> str:
    """Return the end of an error message about a name, with a suggestion when an allowed name is similar."""
    near = get_close_matches(name, allowed, n=1)
    return f"; did you mean {near[0]}?" if near else "."


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDiagnostic:
    """One finding.

    :param severity: ``ERROR`` or ``WARNING``.
    :param code: stable name of the rule.
    :param message: what is wrong and what is allowed.
    :param location: location in the definition, such as ``/States/Encode/Retry/0/MaxAttempts``.
    """

    severity: str
    code: str
    message: str
    location: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings so far, and properties of the whole definition.

    :param found: the findings.
    :param express: whether the machine is to run as an express machine.
    :param tcsl: whether the definition is written in Tencent's dialect.
    :param jsonata: whether JSONata is the query language of the whole machine.
    :param names: states seen so far, with their locations.
    """

    express: bool = False
    tcsl: bool = False
    jsonata: bool = False
    found: list[MachineDiagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def error(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Add an error, which makes the definition invalid."""
        self.found.append(MachineDiagnostic(severity=ERROR, code=code, message=message, location=location or "/"))

    def warn(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Add a warning about a likely mistake."""
        self.found.append(MachineDiagnostic(severity=WARNING, code=code, message=message, location=location or "/"))

    def require(self, value: Mapping[str, Any], location: str, *fields: str) -> bool:
        """Return whether all the fields are present; report missing fields in the service's words."""
        missing = [name for name in fields if name not in value]
        if missing:
            self.error(location, f"These fields are required: [{', '.join(missing)}]")
        return not missing

    def exclusive(self, value: Mapping[str, Any], location: str, code: str, *fields: str) -> None:
        """Report an error when more than one of the fields is present."""
        given = [name for name in fields if name in value]
        if len(given) > 1:
            self.error(location, f"At most one of {', '.join(fields)} is allowed but {' and '.join(given)} are given", code)
