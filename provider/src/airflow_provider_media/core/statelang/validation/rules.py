"""Checks of Choice rules, retriers and catchers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.statelang.errors import ALL
from airflow_provider_media.core.statelang.expressions.choice.operators import NAMES, WITH_PATH, operand_is_valid
from airflow_provider_media.core.statelang.jsontext import is_number
from airflow_provider_media.core.statelang.validation import value_checks
from airflow_provider_media.core.statelang.validation.objects import check_object
from airflow_provider_media.core.statelang.validation.report import Report
from airflow_provider_media.core.statelang.validation.schema import CATCHER, RETRIER, RULE, Field

KNOWN_ERRORS = frozenset(
    f"States.{name}"
    for name in (
        "ALL",
        "BranchFailed",
        "DataLimitExceeded",
        "ExceedToleratedFailureThreshold",
        "HeartbeatTimeout",
        "Http.Socket",
        "IntrinsicFailure",
        "ItemReaderFailed",
        "NoChoiceMatched",
        "ParameterPathFailure",
        "Permissions",
        "QueryEvaluationError",
        "ResultPathMatchFailure",
        "ResultWriterFailed",
        "Runtime",
        "TaskFailed",
        "Timeout",
    )
)
_CONNECTIVES = ("And", "Or", "Not")
_OPERATORS = {name: Field(value_checks.anything) for name in NAMES} | {
    f"{name}Path": Field(value_checks.path) for name in WITH_PATH
}
_TEST = (
    {"Comment": Field(value_checks.anything), "Variable": Field(value_checks.path)}
    | _OPERATORS
    | dict.fromkeys(_CONNECTIVES, Field(value_checks.anything))
)


def check_choices(report: Report, choices: Any, location: str, *, jsonata: bool) -> None:
    """Check all rules of a Choice state."""
    if not isinstance(choices, list):
        return
    if not choices:
        report.error(location, "Choices must hold at least one rule")
    for number, rule in enumerate(choices):
        _check_rule(report, rule, f"{location}/{number}", jsonata=jsonata)


def _check_rule(report: Report, rule: Any, location: str, *, jsonata: bool) -> None:
    table = RULE if jsonata else _TEST | RULE
    if not check_object(report, rule, location, table, jsonata=jsonata):
        return
    report.require(rule, location, *(["Condition", "Next"] if jsonata else ["Next"]))
    if not jsonata:
        _check_test(report, rule, location)


def _check_inner(report: Report, test: Any, location: str) -> None:
    # Only the outermost rule names the next state, so inner rules have no field Next.
    if check_object(report, test, location, _TEST, jsonata=False):
        _check_test(report, test, location)


def _check_test(report: Report, test: Mapping[str, Any], location: str) -> None:
    given = [name for name in test if name in _OPERATORS or name in _CONNECTIVES]
    if len(given) != 1:
        report.error(
            location,
            "A rule must have exactly one of And, Or, Not or a comparison operator but has:"
            f" {', '.join(given) or 'none'}",
        )
        return
    name = given[0]
    if name in {"And", "Or"}:
        _check_list(report, test[name], f"{location}/{name}")
    elif name == "Not":
        _check_inner(report, test[name], f"{location}/{name}")
    else:
        _check_comparison(report, test, name, location)


def _check_list(report: Report, tests: Any, location: str) -> None:
    if not isinstance(tests, list) or not tests:
        report.error(location, "Must be an array with at least one rule")
        return
    for number, test in enumerate(tests):
        _check_inner(report, test, f"{location}/{number}")


def _check_comparison(report: Report, test: Mapping[str, Any], name: str, location: str) -> None:
    report.require(test, location, "Variable")
    if name in NAMES and not operand_is_valid(name, test[name]) and not value_checks.is_placeholder(test[name]):
        report.error(f"{location}/{name}", f"{name} cannot compare with {test[name]!r}")
    documented = report.dialect.operators
    if documented is not None and name not in documented:
        language = report.dialect.name.upper()
        report.warn(
            f"{location}/{name}",
            f"{name} is not among the operators that {language} documents: {', '.join(sorted(documented))}",
        )


def check_retry(report: Report, state: Mapping[str, Any], location: str) -> None:
    """Check ``Retry`` of a state."""
    for number, entry in _entries(state, "Retry"):
        place = f"{location}/Retry/{number}"
        if check_object(report, entry, place, RETRIER, jsonata=False):
            _check_delays(report, entry, place)
    _check_names(report, state, "Retry", location)


def _check_delays(report: Report, entry: Mapping[str, Any], location: str) -> None:
    most, interval = entry.get("MaxDelaySeconds"), entry.get("IntervalSeconds", 1)
    if is_number(most) and is_number(interval) and most <= interval:
        report.error(
            f"{location}/MaxDelaySeconds",
            f"MaxDelaySeconds must be greater than IntervalSeconds, {interval}, but was: {most}",
        )


def check_catch(report: Report, state: Mapping[str, Any], location: str, *, jsonata: bool) -> None:
    """Check ``Catch`` of a state."""
    for number, entry in _entries(state, "Catch"):
        place = f"{location}/Catch/{number}"
        if check_object(report, entry, place, CATCHER, jsonata=jsonata):
            report.require(entry, place, "Next")
    _check_names(report, state, "Catch", location)


def _entries(state: Mapping[str, Any], key: str) -> list[tuple[int, Any]]:
    entries = state.get(key)
    return list(enumerate(entries)) if isinstance(entries, list) else []


def _check_names(report: Report, state: Mapping[str, Any], key: str, location: str) -> None:
    entries = _entries(state, key)
    for number, entry in entries:
        place = f"{location}/{key}/{number}/ErrorEquals"
        names = entry.get("ErrorEquals") if isinstance(entry, Mapping) else None
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            report.error(place, "ErrorEquals must be an array of at least one error name")
            continue
        if ALL in names and (len(names) > 1 or number + 1 < len(entries)):
            report.error(place, f"{ALL} must stand alone, and in the last entry of {key}")
        for name in names:
            if name.startswith("States.") and name not in KNOWN_ERRORS | report.dialect.errors:
                report.warn(
                    place, f"{name} is no error of the language; names of your own must not start with 'States.'"
                )
