"""State machine files: loading, validation, and findings with their locations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic, Mark
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.statelang.definition.states import Machine
from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.json_marks import with_marks
from airflow_provider_media.core.statelang.jsontext import Json, compact
from airflow_provider_media.core.statelang.parsing.parse import parse
from airflow_provider_media.core.statelang.validation import validate
from airflow_provider_media.core.statelang.validation.bounds import NotJson, read_definition
from airflow_provider_media.core.statelang.validation.report import SCHEMA
from airflow_provider_media.core.statelang.validation.validate import NOT_AN_OBJECT

SHOWN_CHARACTERS = 60
"""Longest part of an offending value that a finding shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedDefinition:
    """Result of all checks of a definition."""

    definition: dict[str, Any] | None
    """The definition as JSON; None if there is any error."""
    machine: Machine | None
    """The parsed definition; None if there is any error."""
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings, each with its place in the text."""


@dataclass(frozen=True, slots=True)
class DefinitionSource:
    """A definition as somebody has sent it, for work that may find errors in it.

    :param text: the definition's JSON text.
    """

    text: str

    @classmethod
    def of(cls, definition: str | Mapping[str, Any]) -> DefinitionSource:
        """Return the source of a definition that is a text, or JSON."""
        return cls(definition if isinstance(definition, str) else json.dumps(definition))

    def read(self) -> dict[str, Any]:
        """Return the definition as JSON, without a check of its states.

        :raises StateMachineInvalid: when the text is no JSON object within the bounds of definitions.
        """
        try:
            value = read_definition(self.text)
        except NotJson as refused:
            raise self.refusal(refused.found) from None
        if not isinstance(value, dict):
            raise self.refusal([Diagnostic(mark=NOWHERE, field="/", message=NOT_AN_OBJECT, rule=SCHEMA)])
        return value

    def machine(self) -> Machine:
        """Return the parsed definition.

        :raises StateMachineInvalid: with every error of the definition.
        """
        examined = examine_text(self.text)
        if examined.machine is None:
            raise _refusal([one for one in examined.diagnostics if one.is_error])
        return examined.machine

    def paths(self, locations: Iterable[str]) -> list[list[str | int]]:
        """Return for each location in the definition the keys and indexes that lead to it."""
        try:
            definition = read_definition(self.text)
        except NotJson:
            definition = None
        return [path_at(definition, location) for location in locations]

    def refusal(self, found: Iterable[Diagnostic]) -> StateMachineInvalid:
        """Return the error with diagnostics, each with its place in the text."""
        return _refusal(with_marks(found, self.text, ""))


def _refusal(found: Iterable[Diagnostic]) -> StateMachineInvalid:
    errors = list(found)
    return StateMachineInvalid("\n".join(map(str, errors)), diagnostics=[to_json(one) for one in errors])


def examine_file(path: Path) -> ExaminedDefinition:
    """Read and check the definition in a file, and collect all errors and warnings."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {error}; name a JSON file with a state machine"
        refused = Diagnostic(mark=Mark(file=str(path), line=1, column=1), message=message, rule="file")
        return ExaminedDefinition(definition=None, machine=None, diagnostics=(refused,))
    return examine_text(text, str(path))


def examine_text(text: str, file: str = "") -> ExaminedDefinition:
    """Check the text of a definition, and collect all errors and warnings.

    :param file: name that diagnostics show.
    """
    value: Json = ABSENT
    machine: Machine | None = None
    try:
        value = read_definition(text)
        found = validate(value)
        if not any(one.is_error for one in found):
            machine = parse(value)
    except NotJson as refused:
        found = refused.found
    except DefinitionInvalid as error:
        found = [*found, Diagnostic(mark=NOWHERE, field=error.location, message=error.message, rule=SCHEMA)]
    shown = [replace(one, message=f"{one.message}{_shown(value, one.field)}") for one in found]
    definition = None if machine is None else value
    return ExaminedDefinition(definition=definition, machine=machine, diagnostics=tuple(with_marks(shown, text, file)))


def load_definition(path: Path) -> dict[str, Any]:
    """Load the definition in a file.

    :raises StateMachineInvalid: with every error in the file, each with its location.
    """
    return _load(path)[0]


def load_machine(path: Path) -> Machine:
    """Load the machine in a file.

    :raises StateMachineInvalid: with every error in the file, each with its location.
    """
    return _load(path)[1]


def _load(path: Path) -> tuple[dict[str, Any], Machine]:
    examined = examine_file(path)
    if examined.definition is None or examined.machine is None:
        errors = [one for one in examined.diagnostics if one.is_error]
        raise StateMachineInvalid("\n".join(map(str, errors)), file=str(path))
    return examined.definition, examined.machine


def _shown(definition: Json, location: str) -> str:
    """Return the end of a message that shows the value at a location."""
    value = value_at(definition, location)
    return "" if value is ABSENT else f" (it is {_shortened(compact(value))})"


def value_at(definition: Json, location: str) -> Json:
    """Return the value at a location such as ``/States/Encode/Retry/0``; names may contain slashes.

    :returns: the value; ``ABSENT`` when the location has none, and for objects and arrays, which tell readers little.
    """
    value = _descend(definition, location.strip("/"))
    return ABSENT if isinstance(value, (dict, list)) else value


def path_at(definition: Json, location: str) -> list[str | int]:
    """Return the keys and indexes that lead to a location; names may contain slashes.

    Parts that the definition does not have are split at slashes.
    """
    value, rest = definition, location.strip("/")
    path: list[str | int] = []
    while rest:
        key = _first_key(value, rest)
        if key is None:
            return path + rest.split("/")
        path.append(int(key) if isinstance(value, list) else key)
        value, rest = value[path[-1]], rest[len(key) + 1 :]
    return path


def _descend(value: Json, rest: str) -> Json:
    while rest:
        key = _first_key(value, rest)
        if key is None:
            return ABSENT
        value, rest = value[key] if isinstance(value, dict) else value[int(key)], rest[len(key) + 1 :]
    return value


def _first_key(value: Json, rest: str) -> str | None:
    """Return the longest key of a value with which the rest of a location begins."""
    end = len(rest)
    while end >= 0:
        key = rest[:end]
        if _has_key(value, key):
            return key
        end = rest.rfind("/", 0, end)
    return None


def _has_key(value: Json, key: str) -> bool:
    if isinstance(value, list):
        return key.isdecimal() and len(key) <= len(str(len(value))) and str(int(key)) == key and int(key) < len(value)
    return isinstance(value, dict) and key in value


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
