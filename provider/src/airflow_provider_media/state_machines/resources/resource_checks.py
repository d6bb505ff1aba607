"""Checks of the resources that a definition names: a misspelt one would fail only when its state is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic
from airflow_provider_media.state_machines.resources.integrations import objection

RULE = "resource-unknown"


def check_resources(definition: Mapping[str, Any]) -> list[Diagnostic]:
    """Return a warning for each Task state whose resource this Airflow cannot call.

    It is no error: a worker may have distributions that add resources.

    :param definition: JSON of a state machine without errors.
    """
    problems = ((location, objection(resource)) for location, resource in _resources(definition, ""))
    return [
        Diagnostic(mark=NOWHERE, field=location, message=problem, rule=RULE, severity="warning")
        for location, problem in problems
        if problem is not None
    ]


def _resources(machine: Mapping[str, Any], location: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each resource, also of states inside states."""
    for name, state in machine["States"].items():
        place = f"{location}/States/{name}"
        if state["Type"] == "Task":
            yield f"{place}/Resource", state["Resource"]
        for number, branch in enumerate(state.get("Branches", ())):
            yield from _resources(branch, f"{place}/Branches/{number}")
        for processor in ("ItemProcessor", "Iterator"):
            if processor in state:
                yield from _resources(state[processor], f"{place}/{processor}")
