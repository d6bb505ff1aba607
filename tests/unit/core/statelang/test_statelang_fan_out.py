"""Memory of the widest Map states that a payload allows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
MEMORY_MIB = 300
RUN = """
import json, sys
from airflow_provider_media.core.statelang import execute
from tests.memory import own_peak_mib
iterations, selector, items = json.load(open(sys.argv[1]))
states = {"P": {"Type": "Pass", "End": True}}
for _ in range(iterations - 1):
    processor = {"StartAt": "P", "States": states}
    states = {"P": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True}}
fan_out = {"Type": "Map", "ItemProcessor": {"StartAt": "P", "States": states}, "ItemSelector": selector, "End": True}
ended = execute({"StartAt": "Map", "States": {"Map": fan_out}}, items, invoke=lambda *_: None, express=True)
assert ended.status == "FAILED", ended.status
print(ended.error, int(own_peak_mib()))
"""
WHOLE_INPUT = {"all.$": "$", "item.$": "$$.Map.Item.Value"}
CASES = {
    "many small items": (1, {"item.$": "$$.Map.Item.Value"}, [1] * 100_000),
    "many copies of the input": (1, WHOLE_INPUT, [1] * 60_000),
    "large results": (1, WHOLE_INPUT, [1] * 2_000),
    "a Map in each item": (2, {"items.$": "$$.Map.Item.Value"}, [[1] * 400] * 300),
    "three Maps deep": (3, {"items.$": "$$.Map.Item.Value"}, [[{"items": [1] * 30}] * 30] * 60),
}


@pytest.mark.parametrize("name", CASES)
def test_map_widest_fan_out_ends_by_limit_in_little_memory(name: str, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASES[name]))
    environment = {"PYTHONPATH": f"{ROOT / 'provider' / 'src'}:{ROOT}"}
    ended = subprocess.run(
        [sys.executable, "-c", RUN, str(case)], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    error, mebibytes = ended.stdout.split()
    assert error in {"States.Runtime", "States.DataLimitExceeded"}
    assert int(mebibytes) < MEMORY_MIB
