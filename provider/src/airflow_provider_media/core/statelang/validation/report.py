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
    """The end of a sentence about a name that is not allowed: what its author may have meant, where one of the allowed is near."""
    near = get_close_matches(name, allowed, n=1)
    return f"; did you mean {near[0]}?" if near else "."


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDiagnostic:
    """One finding.

    :param severity: ``ERROR`` or ``WARNING``.
    :param code: stable name of the rule.
    :param message: what is wrong and what is allowed.
    :param location: place in the definition, such as ``/States/Encode/Retry/0/MaxAttempts``.
    """

    severity: str
    code: str
    message: str
    location: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings so far, and what holds for the whole definition.

    :param found: the findings.
    :param express: whether it is to run as an express machine.
    :param tcsl: whether it is written in Tencent's dialect.
    :param jsonata: whether the whole machine speaks JSONata.
    :param names: states seen so far, with their places.
    """

    express: bool = False
    tcsl: bool = False
    jsonata: bool = False
    found: list[MachineDiagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def error(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Note what makes the definition invalid."""
        self.found.append(MachineDiagnostic(severity=ERROR, code=code, message=message, location=location or "/"))

    def warn(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Note what is likely a mistake."""
        self.found.append(MachineDiagnostic(severity=WARNING, code=code, message=message, location=location or "/"))

    def require(self, value: Mapping[str, Any], location: str, *fields: str) -> bool:
        """Whether all the fields are there; those that are not are noted as the service words it."""
        missing = [name for name in fields if name not in value]
        if missing:
            self.error(location, f"These fields are required: [{', '.join(missing)}]")
        return not missing

    def exclusive(self, value: Mapping[str, Any], location: str, code: str, *fields: str) -> None:
        """At most one of the fields may be there."""
        given = [name for name in fields if name in value]
        if len(given) > 1:
            self.error(location, f"At most one of {', '.join(fields)} is allowed but {' and '.join(given)} are given", code)
