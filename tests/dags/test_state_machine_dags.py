"""State machines as DAGs, run by the real Airflow, end as the state language's own engine says; Airflow is started once
for all of them.
"""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang import TaskFailed, execute
from airflow_provider_media.core.statelang.engine.mocks import FastClock
from tests import media
from tests.airflow_process import run_dags

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("state_machines")
SHIPPED = "parallel_ladder"
NATIVE = json.loads((FOLDER / "cases.json").read_text())
"""Cases for both front ends: a graph of tasks, and one task."""
CASES = (
    NATIVE
    | json.loads((FOLDER / "durable_cases.json").read_text())
    | {f"one_task_{name}": case for name, case in NATIVE.items()}
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def answer(resource, arguments, context, seen):
    if resource == "test:fail" or (resource == "test:flaky" and context["State"]["RetryCount"] < arguments["failures"]):
        raise TaskFailed(arguments["error"], arguments.get("cause"))
    if resource == "test:second_visit" and not seen:
        seen.append(resource)
        raise TaskFailed(arguments["error"])
    return arguments


@pytest.fixture(scope="session")
def top(tmp_path_factory):
    """Where the clip, the outputs and Airflow's home lie."""
    return tmp_path_factory.mktemp("machines")


@pytest.fixture(scope="session")
def runs(top):
    """The run of each case in Airflow, by name, and that of a shipped machine with real media."""
    clip = media.clip(top / "in" / "clip.mp4", width=320, height=180, seconds=2)
    for folder in ("home", "dags"):
        (top / folder).mkdir()
    shutil.copy(ROOT / "dags" / "media_state_machines.py", top / "dags")
    conf = {
        "source": f"file://{clip}",
        "location": f"file://{top}/out/",
        "renditions": [{"height": 90, "max_bitrate": 200_000}],
    }
    order = {
        "home": str(top / "home"),
        "bundles": {"machines": str(FOLDER), "shipped": str(top / "dags")},
        "runs": [
            *({"dag_id": f"state_machine_{name}", "conf": case["input"]} for name, case in CASES.items()),
            {"dag_id": "state_machine_parallel_ladder", "conf": conf},
        ],
    }
    environment = {
        "AIRFLOW__MEDIA__LOCAL_FOLDERS": str(top),
        "AIRFLOW__MEDIA__STATE_MACHINES_FOLDER": str(ROOT / "include" / "state_machines"),
        "AIRFLOW__MEDIA__PRESETS_FOLDER": str(ROOT / "include" / "presets"),
        "AIRFLOW__MEDIA__WORK_DIRECTORY": str(top / "work"),
    }
    told = run_dags(order, environment, timeout_seconds=580)
    assert told["errors"] == {}
    return dict(zip([*CASES, SHIPPED], told["runs"], strict=True))


def test_a_shipped_machine_makes_a_stream_of_a_real_clip(runs, top):
    run = runs[SHIPPED]
    assert run["state"] == "success", run["tasks"]
    made = sorted(
        path.relative_to(top / "out").as_posix() for path in (top / "out").rglob("*.m*") if ".media" not in path.parts
    )
    assert {"renditions/90p.mp4", "renditions/sound.m4a"} <= set(made)
    assert any(name.startswith("stream/") and name.endswith(".m3u8") for name in made), made
    assert left(run, "return_value")["files"] > 2


def left(run, key):
    return next((each["value"] for each in run["xcoms"] if each["task"] == "result" and each["key"] == key), None)


@pytest.mark.parametrize("name", CASES)
def test_a_run_ends_as_the_language_says(runs, name):
    call = partial(answer, seen=[])
    expected = execute(CASES[name]["definition"], CASES[name]["input"], invoke=call, clock=FastClock())
    run = runs[name]
    assert run["state"] == ("success" if expected.status == "SUCCEEDED" else "failed"), run["tasks"]
    if expected.status == "SUCCEEDED":
        assert left(run, "return_value") == expected.output
    else:
        assert left(run, "error")["Error"] == expected.error
