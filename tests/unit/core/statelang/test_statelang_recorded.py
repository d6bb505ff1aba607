"""Recorded cases of the real service, where STATELANG_CASES names the folder that holds them.

The folder has ``cases.jsonl`` (machines, inputs and what came out), ``invalid.jsonl`` (definitions with a verdict),
``definitions.jsonl`` (public machines) and ``run_cases.py``, which plays the outside world and judges.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType

import pytest

from airflow_provider_media.core import statelang
from airflow_provider_media.core.statelang.engine.one_state import view_of
from airflow_provider_media.core.statelang.engine.tracing import trace
from airflow_provider_media.core.statelang.expressions.view import ABSENT

FOLDER = pathlib.Path(os.environ.get("STATELANG_CASES", "nowhere"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="STATELANG_CASES names no folder")

FOREIGN = ("ManageIQ/floe", "coinbase/step")
"""Interpreters with fields and state types of their own, and examples that are wrong on purpose."""


@pytest.fixture(scope="module")
def judge() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recorded_cases_judge", FOLDER / "run_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def share(results: Counter[bool]) -> float:
    return results[True] / results.total()


def test_machines_do_what_they_did_in_the_real_service(judge):
    results: dict[bool, Counter[bool]] = {True: Counter(), False: Counter()}
    for case in rows("cases.jsonl"):
        results[case["tier"] == "pure"][judge.run(case, 10, statelang) == "ok"] += 1
    assert share(results[True]) >= 0.99
    assert share(results[False]) >= 0.96


def test_single_states_do_what_they_did_in_the_real_service():
    results = Counter(_state_does(row) for row in rows("state_cases.jsonl") if not row["is_error"])
    assert share(results) >= 0.98


def _state_does(row: dict) -> bool:
    """Whether a state by itself gives the recorded output and next state, or the recorded error."""
    asked, expected = row["request"], row["response"]
    machine = _machine_of(row["state_definition"])
    state = next(state for _, state in statelang.parse(machine).walk() if state.name == asked.get("stateName", "S"))
    value, at = _json(asked.get("input", "{}")), datetime.now(UTC)
    start = statelang.start_of(value, name="test", express=True, at=at)
    view = view_of(
        start, state, value, at=at, variables=_json(asked.get("variables", "{}")), used=(0,) * len(state.retry)
    )
    view = replace(view, context=_json(asked["context"])) if "context" in asked else view
    mock = asked.get("mock", {})
    error = (
        statelang.StateError(mock["errorOutput"]["error"], mock["errorOutput"]["cause"])
        if "errorOutput" in mock
        else None
    )
    steps = {
        step.name: step.value
        for step in trace(state, view, _json(mock["result"]) if "result" in mock else ABSENT, error)
    }
    if expected["status"] != "SUCCEEDED":
        return steps.get("fails with") == {"Error": expected.get("error"), "Cause": expected.get("cause")}
    output = next((steps[name] for name in ("Output", "OutputPath", "output") if name in steps), ABSENT)
    return _alike(_json(expected.get("output")), output) and steps["next"] == expected.get("nextState")


def _machine_of(definition: dict) -> dict:
    if "States" in definition:
        return definition
    entries = [definition, *definition.get("Choices", []), *definition.get("Catch", [])]
    targets = {entry[key] for entry in entries for key in ("Next", "Default") if key in entry}
    return {"StartAt": "S", "States": {"S": definition} | {name: {"Type": "Succeed"} for name in targets}}


def _json(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _alike(wanted: object, found: object) -> bool:
    """Equality, but for what the recordings replace by ``<…>`` and ``date``."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_alike(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_alike, wanted, found))
    return wanted == found or (isinstance(wanted, str) and (wanted.startswith("<") or wanted == "date"))


def test_invalid_definitions_are_refused_and_valid_ones_are_not():
    refused, accepted = Counter[bool](), Counter[bool]()
    for row in rows("invalid.jsonl"):
        definition = row.get("definition", row.get("definition_text"))
        express = "type_express" in row["id"]
        found = any(item.is_error for item in statelang.validate(definition, express=express))
        (refused if row["verdict"] == "invalid" else accepted)[found] += 1
    assert share(refused) >= 0.95
    assert accepted[True] <= 1


def test_no_public_machine_is_refused_wrongly():
    public = [
        row for row in rows("definitions.jsonl") + rows("cases.jsonl") if not any(name in row["id"] for name in FOREIGN)
    ]
    refused = [row["id"] for row in public if any(item.is_error for item in statelang.validate(row["definition"]))]
    assert refused == []
