"""State machine files: loading, validation, and findings with their locations."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.jsontext import Json, compact
from airflow_provider_media.core.statelang.parse import parse
from airflow_provider_media.core.statelang.states import Machine
from airflow_provider_media.core.statelang.validation import MachineDiagnostic, validate
from airflow_provider_media.core.statelang.validation.report import ERROR, SCHEMA
from airflow_provider_media.core.statelang.view import ABSENT

SHOWN_CHARACTERS = 60
"""Longest part of an offending value that a finding shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFinding:
    """One finding in a state machine file.

    :param file: path of the file.
    :param diagnostic: what is wrong, where, and what is allowed.
    :param value: the value at that location, as :func:`value_at` returns it.
    """

    file: str
    diagnostic: MachineDiagnostic
    value: Json

    def __str__(self) -> str:
        one = self.diagnostic
        severity = "" if one.severity == ERROR else f"{one.severity.lower()}: "
        shown = "" if self.value is ABSENT else f" (it is {_shortened(compact(self.value))})"
        return f"{self.file}: {one.location}: {severity}{one.message}{shown} [{one.code}]"

    def to_json(self) -> dict[str, Json]:
        """Return the finding as JSON."""
        return {"file": self.file, **asdict(self.diagnostic), **({} if self.value is ABSENT else {"value": self.value})}


def findings(path: Path) -> list[MachineFinding]:
    """Return all findings in a file.

    :raises StateMachineInvalid: when the file cannot be read.
    """
    text = _text(path)
    found = validate(text)
    if any(one.severity == ERROR for one in found):
        return [MachineFinding(file=str(path), diagnostic=one, value=value_at(_json(text), one.location)) for one in found]
    try:
        parse(json.loads(text))
    except DefinitionInvalid as error:
        found.append(MachineDiagnostic(severity=ERROR, code=SCHEMA, message=error.message, location=error.location))
    return [MachineFinding(file=str(path), diagnostic=one, value=value_at(_json(text), one.location)) for one in found]


def load_definition(path: Path) -> dict[str, Any]:
    """Load the definition in a file.

    :raises StateMachineInvalid: with every error in the file, each with its location.
    """
    errors = [one for one in findings(path) if one.diagnostic.severity == ERROR]
    if errors:
        raise StateMachineInvalid("\n".join(map(str, errors)), file=str(path))
    definition: dict[str, Any] = json.loads(_text(path))
    return definition


def load_machine(path: Path) -> Machine:
    """Load the machine in a file.

    :raises StateMachineInvalid: with every error in the file, each with its location.
    """
    return parse(load_definition(path))


def value_at(definition: Json, location: str) -> Json:
    """Return the value at a location such as ``/States/Encode/Retry/0``; names may contain slashes.

    :returns: the value; ``ABSENT`` when the location has none, and for objects and arrays, which tell readers little.
    """
    value = _descend(definition, location.strip("/"))
    return ABSENT if isinstance(value, (dict, list)) else value


def _descend(value: Json, rest: str) -> Json:
    if not rest:
        return value
    keys = list(value) if isinstance(value, dict) else [str(index) for index in range(len(value))] if isinstance(value, list) else []
    for key in sorted(keys, key=len, reverse=True):
        if rest == key or rest.startswith(f"{key}/"):
            return _descend(value[key] if isinstance(value, dict) else value[int(key)], rest[len(key) + 1 :])
    return ABSENT


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StateMachineInvalid(f"{path} cannot be read: {error}; name a JSON file with a state machine", file=str(path)) from error


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return ABSENT


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
