"""Checks of a whole machine: required fields, names, transitions, and inner machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from airflow_provider_media.core.statelang.limits import NAME_CHARACTERS
from airflow_provider_media.core.statelang.validation import schema
from airflow_provider_media.core.statelang.validation.objects import check_object
from airflow_provider_media.core.statelang.validation.report import (
    DUPLICATE_STATE,
    MISSING_TARGET,
    MISSING_TERMINAL,
    Report,
    meant,
)
from airflow_provider_media.core.statelang.validation.states import check_state

OUTBOUND = "{kind}_OUTBOUND_TRANSITION_TARGET"
NAMED_STATES = 20
"""Most states that a message names, so that the messages of a large machine do not grow with its square."""


def check_machine(
    report: Report, machine: Any, location: str, *, inside: str = "", outer: frozenset[str] = frozenset()
) -> None:
    """Check a machine with its states and inner machines.

    :param inside: type of the state that contains the machine: MAP, PARALLEL or empty.
    :param outer: names of states outside the machine, which distinguish an outbound transition from a misspelt target.
    """
    table = schema.INNER_MACHINE if inside else schema.MACHINE
    if not check_object(report, machine, location, table, jsonata=False):
        return
    if not report.require(machine, location, "States", "StartAt"):
        return
    states = machine["States"]
    if not isinstance(states, Mapping) or not states:
        report.error(f"{location}/States", "States must be an object with at least one state")
        return
    # Everything below finds fields under the names of the Amazon States Language.
    states = {
        name: report.dialect.with_standard_names(state) if isinstance(state, Mapping) else state
        for name, state in states.items()
    }
    machine = {**machine, "States": states}
    for name, state in states.items():
        _check_name(report, name, f"{location}/States")
        check_state(report, state, f"{location}/States/{name}")
    _check_transitions(report, machine, location, inside, outer)
    around = outer | states.keys()
    for name, state in states.items():
        _check_inside(report, state, f"{location}/States/{name}", around)


def _check_name(report: Report, name: str, location: str) -> None:
    if len(name) > NAME_CHARACTERS:
        report.error(location, f"A state's name cannot exceed {NAME_CHARACTERS} characters: {name}")
    if name in report.names:
        report.error(
            f"{location}/{name}", f"The name is already that of the state at {report.names[name]}", DUPLICATE_STATE
        )
    report.names.setdefault(name, f"{location}/{name}")


def _check_transitions(
    report: Report, machine: Mapping[str, Any], location: str, inside: str, outer: frozenset[str]
) -> None:
    states = machine["States"]
    targets = [(f"{location}/StartAt", machine["StartAt"])]
    for name, state in states.items():
        targets += list(_targets(state, f"{location}/States/{name}"))
    for place, target in targets:
        if not isinstance(target, str) or target in states:
            continue  # the field's own check reports a target that is not a string
        if inside and target in outer:
            report.error(
                place,
                f"A state inside {inside.title()} cannot go on with a state outside of it: {target}",
                OUTBOUND.format(kind=inside),
            )
        else:
            message = (
                f"Missing 'Next'|'Default'|'StartAt' target: {target}{meant(str(target), states)} States here:"
                f" {_listed(states)}"
            )
            report.error(place, message, MISSING_TARGET)
    _check_reach(report, machine, location)
    if not any(_ends(state) for state in states.values()):
        report.error(
            f"{location}/States",
            "No terminal state: one state must have End true, or be of type Succeed or Fail",
            MISSING_TERMINAL,
        )


def _listed(states: Mapping[str, Any]) -> str:
    shown = ", ".join(islice(states, NAMED_STATES))
    return shown if len(states) <= NAMED_STATES else f"{shown} and {len(states) - NAMED_STATES} more"


def _check_reach(report: Report, machine: Mapping[str, Any], location: str) -> None:
    states = machine["States"]
    reached: set[str] = set()
    ahead = [machine["StartAt"]]
    while ahead:
        name = ahead.pop()
        if isinstance(name, str) and name in states and name not in reached:
            reached.add(name)
            ahead += [target for _, target in _targets(states[name], "")]
    for name in states:
        if name not in reached:
            report.error(f"{location}/States/{name}", f"State '{name}' is not reachable", MISSING_TARGET)


def _targets(state: Any, location: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(state, Mapping):
        return
    for key in ("Next", "Default"):
        if isinstance(state.get(key), str):
            yield f"{location}/{key}", state[key]
    for key in ("Choices", "Catch"):
        entries = state.get(key)
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, Mapping) and isinstance(entry.get("Next"), str):
                yield f"{location}/{key}/{number}/Next", entry["Next"]


def _ends(state: Any) -> bool:
    return isinstance(state, Mapping) and (state.get("End") is True or state.get("Type") in ("Succeed", "Fail"))


def _check_inside(report: Report, state: Any, location: str, outer: frozenset[str]) -> None:
    if not isinstance(state, Mapping):
        return
    branches = state.get("Branches")
    for number, branch in enumerate(branches if isinstance(branches, list) else []):
        check_machine(report, branch, f"{location}/Branches/{number}", inside="PARALLEL", outer=outer)
    for key in ("ItemProcessor", "Iterator"):
        processor = state.get(key)
        if isinstance(processor, Mapping):
            check_machine(report, processor, f"{location}/{key}", inside="MAP", outer=outer)
            _check_config(report, processor.get("ProcessorConfig", {}), f"{location}/{key}/ProcessorConfig")


def _check_config(report: Report, config: Any, location: str) -> None:
    if not check_object(report, config, location, schema.PROCESSOR, jsonata=False):
        return
    if config.get("Mode") == "DISTRIBUTED":
        report.require(config, location, "ExecutionType")
        if report.express:
            report.error(f"{location}/Mode", "Express state machine does not support Map in mode DISTRIBUTED")
