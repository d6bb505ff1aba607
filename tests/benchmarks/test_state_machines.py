"""How fast the state language runs beside moto's Step Functions interpreter in the same run, and what reading machines
costs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_media.core.statelang import execute, parse, validate
from airflow_provider_media.core.statelang.native import NativePlan, shape_of
from demo.bootstrap import ensure
from demo.stack import ROOT

HERE = Path(__file__).parent
MACHINE = json.loads((HERE / "counting.json").read_text())
INPUT = {"count": 100, "name": "bench", "items": [{"name": f"clip-{number}"} for number in range(50)]}
RUNS = 3
MACHINES = 200

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


def in_moto() -> dict[str, Any]:
    """What moto took for each run, and its output."""
    python = ensure(ROOT / ".local" / "moto-venv", [HERE / "requirements-moto.txt"], python=sys.executable)
    order = json.dumps({"definition": MACHINE, "input": INPUT, "runs": RUNS})
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_"))}
    done = subprocess.run(
        [python, HERE / "moto_machine.py"], input=order, env=environment, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def seconds(work: Callable[[], object]) -> float:
    """What something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_an_express_machine_runs_many_times_faster_than_in_moto(capsys):
    execution = execute(MACHINE, INPUT, invoke=None, express=True)
    transitions = sum(event.type.endswith("StateEntered") for event in execution.events)
    ours = min(seconds(lambda: execute(MACHINE, INPUT, invoke=None, express=True)) for _ in range(RUNS))
    moto = in_moto()
    theirs = min(moto["seconds"])
    with capsys.disabled():
        print(
            f"\n\nTransitions per second of a machine of {transitions}: {transitions / ours:,.0f}; in moto"
            f" {transitions / theirs:,.0f}"
        )
        print(f"  {theirs / ours:,.0f} times as fast (best of {RUNS} each, reading the definition included)")
    assert moto["output"] == execution.output
    assert theirs >= 10 * ours


def test_reading_checking_and_compiling_machines_costs_milliseconds(capsys):
    folder = HERE.parent / "dags" / "state_machines"
    known = [case["definition"] for case in json.loads((folder / "cases.json").read_text()).values()]
    machines = [json.dumps(known[number % len(known)]) for number in range(MACHINES)]
    checked = seconds(lambda: [validate(json.loads(text)) for text in machines])
    parsed = [(parse(json.loads(text)), json.loads(text)) for text in machines]
    read = seconds(lambda: [parse(json.loads(text)) for text in machines])
    native = [definition for machine, definition in parsed if isinstance(shape_of(machine), NativePlan)]
    from airflow_provider_media.factory.state_machine import state_machine_dag

    compiled = seconds(
        lambda: [state_machine_dag(f"m{number}", each, call=print) for number, each in enumerate(native)]
    )
    with capsys.disabled():
        print(
            f"\n\n{MACHINES} state machines: checked in {checked:.2f} s, read in {read:.2f} s; {len(native)} made DAGs"
            f" in {compiled:.2f} s"
        )
    assert len(native) == MACHINES
