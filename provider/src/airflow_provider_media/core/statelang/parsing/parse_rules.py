"""Parsing a Choice state's JSON into rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.expressions import choice
from airflow_provider_media.core.statelang.expressions.choice.operators import NAMES, WITH_PATH
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.parsing.fields import StateFields


def rules(fields: StateFields) -> tuple[choice.Rule, ...]:
    """Parse the rules of a Choice state.

    :raises DefinitionInvalid: when a rule cannot be parsed.
    """
    entries = fields.value.get("Choices")
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise DefinitionInvalid("Choices must be an array of rules", f"{fields.location}/Choices")
    return tuple(_rule(fields.inside(f"Choices/{number}", entry), number) for number, entry in enumerate(entries))


def _rule(fields: StateFields, number: int) -> choice.Rule:
    test = _condition(fields, number) if fields.jsonata else _test(fields)
    output = fields.template("Output") if fields.jsonata else None
    return choice.Rule(test=test, next=fields.target("Next") or "", assign=fields.template("Assign"), output=output)


def _condition(fields: StateFields, number: int) -> choice.Condition:
    value = fields.amount("Condition")
    if not isinstance(value, (bool, JsonataExpression)):
        raise DefinitionInvalid("Condition must be true, false or a JSONata expression", f"{fields.location}/Condition")
    return choice.Condition(value, number)


def _test(fields: StateFields) -> choice.Test:
    value = fields.value
    if "And" in value:
        return choice.All(_tests(fields, "And"))
    if "Or" in value:
        return choice.Any(_tests(fields, "Or"))
    if "Not" in value:
        return choice.Not(_inner(fields, "Not", value["Not"]))
    return _comparison(fields)


def _tests(fields: StateFields, key: str) -> tuple[choice.Test, ...]:
    entries = fields.value[key]
    if not isinstance(entries, list):
        raise DefinitionInvalid(f"{key} must be an array", f"{fields.location}/{key}")
    return tuple(_inner(fields, f"{key}/{number}", entry) for number, entry in enumerate(entries))


def _inner(fields: StateFields, key: str, value: Any) -> choice.Test:
    if not isinstance(value, Mapping):
        raise DefinitionInvalid("A rule must be an object", f"{fields.location}/{key}")
    return _test(fields.inside(key, value))


def _comparison(fields: StateFields) -> choice.Test:
    variable = fields.path("Variable")
    if variable is None:
        raise DefinitionInvalid("A rule needs a Variable", f"{fields.location}/Variable")
    for key, operand in fields.value.items():
        if key in NAMES:
            return choice.Comparison(variable, key, operand)
        if key.endswith("Path") and key.removesuffix("Path") in WITH_PATH:
            return choice.Comparison(variable, key.removesuffix("Path"), fields.path(key))
    raise DefinitionInvalid(f"A rule needs one of the operators {', '.join(sorted(NAMES))}", fields.location)
