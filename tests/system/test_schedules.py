"""Schedules of dropped files on a running scheduler."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.stack import ROOT, Stack, local_stack

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

TOKYO = ZoneInfo("Asia/Tokyo")
MACHINE = '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}'
WORKFLOW = """
name: late
trigger: {{bucket: inbox}}
schedule: '{schedule}'
timezone: Asia/Tokyo
outputs:
  poster: {{kind: snapshots, at: [1]}}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("schedules")
    for folder in ("dags", "plugins", "include/workflows", "include/state_machines"):
        (top / folder).mkdir(parents=True)
    for name in ("media_schedules", "media_state_machines", "media_workflows"):
        shutil.copy(ROOT / "dags" / f"{name}.py", top / "dags")
    shutil.copy(ROOT / "plugins" / "media_plugin.py", top / "plugins")
    return top


@pytest.fixture(scope="module")
def stack(place: Path) -> Iterator[Stack]:
    options = {"dag_processor.min_file_process_interval": "1"}
    with local_stack(place / "home", dags=place / "dags", plugins=place / "plugins", options=options) as running:
        yield running


def drop_machine(place: Path, name: str, schedule: str) -> datetime:
    """Write a machine with a schedule, and return when."""
    folder = place / "include" / "state_machines"
    (folder / f"{name}.json").write_text(MACHINE)
    path = folder / f"{name}.yaml"
    path.write_text(f"schedule: '{schedule}'\ntimezone: Asia/Tokyo\n")
    return datetime.fromtimestamp(int(path.stat().st_ctime), TOKYO)


def runs(stack: Stack, dag_id: str) -> list[datetime]:
    """Times for which the scheduler has made runs."""
    found = stack.api("GET", f"dags/{dag_id}/dagRuns?limit=100")["dag_runs"]
    return [datetime.fromisoformat(run["run_after"]) for run in found]


def next_run(stack: Stack, dag_id: str) -> datetime:
    return datetime.fromisoformat(stack.api("GET", f"dags/{dag_id}")["next_dagrun_run_after"])


def test_schedule_of_dropped_files_fires_for_coming_times_alone(stack: Stack, place: Path) -> None:
    now = datetime.now(TOKYO).replace(second=0, microsecond=0)
    passed = now - timedelta(minutes=5)
    daily = f"{passed.minute} {passed.hour} * * *"
    (place / "include" / "workflows" / "late.yaml").write_text(WORKFLOW.format(schedule=daily))
    drop_machine(place, "late", daily)
    for dag_id in ("media_arrivals_late", "state_machine_late"):
        stack.wait_for_dag(dag_id)
    dropped = drop_machine(place, "often", "* * * * * */5")
    stack.wait_for_dag("state_machine_often")
    stack.wait_until(lambda: len(runs(stack, "state_machine_often")) >= 2, what="two runs by schedule", timeout_seconds=90)

    assert all(due >= dropped for due in runs(stack, "state_machine_often"))
    for dag_id in ("media_arrivals_late", "state_machine_late"):
        assert runs(stack, dag_id) == []
        assert next_run(stack, dag_id) == passed + timedelta(days=1)
