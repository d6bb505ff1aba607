"""Findings; their rules are the codes of Step Functions' ``ValidateStateMachineDefinition``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic
from airflow_provider_media.core.statelang.dialects import ASL, Dialect

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


@dataclass(frozen=True, slots=True)
class Report:
    """Findings so far, and properties of the whole definition.

    :param found: the findings.
    :param express: whether the machine is to run as an express machine.
    :param dialect: the dialect in which the definition is written.
    :param jsonata: whether JSONata is the query language of the whole machine.
    :param names: states seen so far, with their locations.
    """

    express: bool = False
    dialect: Dialect = ASL
    jsonata: bool = False
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def error(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Add an error, which makes the definition invalid."""
        self.found.append(Diagnostic(mark=NOWHERE, field=location or "/", message=message, rule=code))

    def warn(self, location: str, message: str, code: str = SCHEMA) -> None:
        """Add a warning about a likely mistake."""
        self.found.append(
            Diagnostic(mark=NOWHERE, field=location or "/", message=message, rule=code, severity="warning")
        )

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
            self.error(
                location, f"At most one of {', '.join(fields)} is allowed but {' and '.join(given)} are given", code
            )
