"""Parsing a definition's JSON into the immutable model that runs.

The parser checks only what running depends on; :mod:`validation` judges whether a definition is valid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    FailState,
    Machine,
    ParallelState,
    PassState,
    State,
    SucceedState,
    TaskState,
    WaitState,
)
from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.core.statelang.dialects import Dialect, dialect_of, find_dialect
from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.jsontext import is_number
from airflow_provider_media.core.statelang.limits import SECONDS
from airflow_provider_media.core.statelang.parsing.fields import StateFields
from airflow_provider_media.core.statelang.parsing.parse_map import map_state
from airflow_provider_media.core.statelang.parsing.parse_rules import rules
from airflow_provider_media.core.statelang.validation.bounds import beyond_bounds

JSONATA = "JSONata"


def parse(definition: Mapping[str, Any], dialect: str | None = None) -> Machine:
    """Parse a state machine.

    :param definition: the definition's JSON.
    :param dialect: name of the dialect, such as ``asl`` or ``tcsl``; detected from the definition when absent.
    :raises DefinitionInvalid: when the definition cannot be parsed; the error's location is a JSON pointer.
    """
    return parser_of(definition, dialect).machine(definition, "")


def parse_state(definition: Mapping[str, Any], name: str, value: Any, location: str) -> State:
    """Parse one state of a definition, whose other states need not be valid.

    :param name: the state's name.
    :param value: the state's JSON.
    :param location: JSON pointer to the state.
    :raises DefinitionInvalid: when the state cannot be parsed.
    """
    return parser_of(definition).state(name, value, location)


def parser_of(definition: Mapping[str, Any], dialect: str | None = None) -> Parser:
    """Return the parser with the settings of a definition.

    :param dialect: name of the dialect; detected from the definition when absent.
    :raises DefinitionInvalid: when the definition exceeds the bounds of definitions.
    """
    if beyond := beyond_bounds(definition):
        raise DefinitionInvalid(beyond[0].message, beyond[0].field)
    language = definition.get("QueryLanguage", "JSONPath") if isinstance(definition, Mapping) else "JSONPath"
    own = find_dialect(dialect) if dialect else dialect_of(definition)
    return Parser(jsonata=language == JSONATA, dialect=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A parser with the settings of the whole definition.

    :param jsonata: whether JSONata is the default query language of states, else JSONPath.
    :param dialect: the dialect in which the definition is written.
    """

    jsonata: bool
    dialect: Dialect

    def machine(self, value: Any, location: str) -> Machine:
        """Parse a machine, a branch, or a Map's processor."""
        if not isinstance(value, Mapping) or not isinstance(value.get("States"), Mapping):
            raise DefinitionInvalid("These fields are required: [States, StartAt]", location or "/")
        states = {name: self.state(name, state, f"{location}/States/{name}") for name, state in value["States"].items()}
        if not isinstance(value.get("StartAt"), str) or value["StartAt"] not in states:
            raise DefinitionInvalid(
                f"StartAt must name one of the states but was: {value.get('StartAt')!r}", f"{location}/StartAt"
            )
        for name, state in states.items():
            for target in state.successors:
                if target not in states:
                    raise DefinitionInvalid(
                        f"State '{name}' goes on with '{target}', which does not exist", f"{location}/States/{name}"
                    )
        return Machine(
            start_at=value["StartAt"],
            states=states,
            comment=str(value.get("Comment", "")),
            timeout_seconds=_seconds(value, "TimeoutSeconds", location),
        )

    def state(self, name: str, value: Any, location: str) -> State:
        """Parse one state."""
        if not isinstance(value, Mapping):
            raise DefinitionInvalid("A state must be an object", location)
        own = self.dialect.with_standard_names(value)
        make = _TYPES.get(str(own.get("Type")))
        if make is None:
            raise DefinitionInvalid(
                f"Type must be one of {', '.join(_TYPES)} but was: {own.get('Type')!r}", f"{location}/Type"
            )
        jsonata = own["QueryLanguage"] == JSONATA if "QueryLanguage" in own else self.jsonata
        return make(self, StateFields(own, location=location, jsonata=jsonata, name=name))


def _seconds(value: Mapping[str, Any], key: str, location: str) -> float | None:
    seconds = value.get(key)
    if seconds is not None and not (is_number(seconds) and 0 < seconds <= SECONDS):
        raise DefinitionInvalid(
            f"{key} must be a number of seconds from 1 to {SECONDS} but was: {seconds!r}", f"{location}/{key}"
        )
    return seconds


def _pass(_parser: Parser, fields: StateFields) -> State:
    return PassState(**fields.common(), result=fields.value.get("Result", ABSENT))


def _succeed(_parser: Parser, fields: StateFields) -> State:
    return SucceedState(**fields.common())


def _fail(_parser: Parser, fields: StateFields) -> State:
    return FailState(**fields.common(), error=fields.text("Error"), cause=fields.text("Cause"))


def _wait(_parser: Parser, fields: StateFields) -> State:
    seconds, timestamp = fields.amount("Seconds"), fields.amount("Timestamp")
    if seconds is None and timestamp is None:
        raise DefinitionInvalid("Wait needs one of Seconds, SecondsPath, Timestamp, TimestampPath", fields.location)
    return WaitState(**fields.common(), seconds=seconds, timestamp=timestamp)


def _task(_parser: Parser, fields: StateFields) -> State:
    resource = fields.value.get("Resource")
    if not isinstance(resource, str):
        raise DefinitionInvalid("Resource must be a string", f"{fields.location}/Resource")
    return TaskState(
        **fields.common(works=True),
        resource=Resource(resource),
        timeout_seconds=fields.amount("TimeoutSeconds"),
        heartbeat_seconds=fields.amount("HeartbeatSeconds"),
        credentials=fields.template("Credentials"),
    )


def _choice(_parser: Parser, fields: StateFields) -> State:
    return ChoiceState(**fields.common(), rules=rules(fields), default=fields.target("Default"))


def _parallel(parser: Parser, fields: StateFields) -> State:
    branches = fields.value.get("Branches")
    if not isinstance(branches, list):
        raise DefinitionInvalid("Branches must be an array", f"{fields.location}/Branches")
    machines = tuple(
        parser.machine(branch, f"{fields.location}/Branches/{number}") for number, branch in enumerate(branches)
    )
    return ParallelState(**fields.common(works=True), branches=machines)


def _map(parser: Parser, fields: StateFields) -> State:
    key = "ItemProcessor" if "ItemProcessor" in fields.value else "Iterator"
    processor = parser.machine(fields.value.get(key), f"{fields.location}/{key}")
    return map_state(
        fields, processor, fields.value[key].get("ProcessorConfig", {}), max_concurrency=parser.dialect.max_concurrency
    )


_TYPES: dict[str, Callable[[Parser, StateFields], State]] = {
    "Task": _task,
    "Pass": _pass,
    "Choice": _choice,
    "Wait": _wait,
    "Succeed": _succeed,
    "Fail": _fail,
    "Parallel": _parallel,
    "Map": _map,
}
