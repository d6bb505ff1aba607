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
from types import ModuleType

import pytest

from airflow_provider_media.core import statelang

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


def test_invalid_definitions_are_refused_and_valid_ones_are_not():
    refused, accepted = Counter[bool](), Counter[bool]()
    for row in rows("invalid.jsonl"):
        definition = row.get("definition", row.get("definition_text"))
        express = "type_express" in row["id"]
        found = any(item.severity == "ERROR" for item in statelang.validate(definition, express=express))
        (refused if row["verdict"] == "invalid" else accepted)[found] += 1
    assert share(refused) >= 0.95
    assert accepted[True] <= 1


def test_no_public_machine_is_refused_wrongly():
    public = [row for row in rows("definitions.jsonl") + rows("cases.jsonl") if not any(name in row["id"] for name in FOREIGN)]
    refused = [row["id"] for row in public if any(item.severity == "ERROR" for item in statelang.validate(row["definition"]))]
    assert refused == []
