"""Schedules of dropped files on a running scheduler."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.stack import Stack
from tests.stacks import lay_out_project, project_stack

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
    dags = ("media_schedules.py", "media_state_machines.py", "media_workflows.py")
    folders = ("include/workflows", "include/state_machines")
    return lay_out_project(tmp_path_factory.mktemp("schedules"), *dags, folders=folders)


@pytest.fixture(scope="module")
def stack(place: Path) -> Iterator[Stack]:
    with project_stack(place, options={"dag_processor.min_file_process_interval": "1"}) as running:
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
    stack.wait_until(
        lambda: len(runs(stack, "state_machine_often")) >= 2, what="two runs by schedule", timeout_seconds=90
    )

    assert all(due >= dropped for due in runs(stack, "state_machine_often"))
    for dag_id in ("media_arrivals_late", "state_machine_late"):
        assert runs(stack, dag_id) == []
        assert next_run(stack, dag_id) == passed + timedelta(days=1)
