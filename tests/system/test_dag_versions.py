"""DAG files that are parsed again and again give one version per DAG, on the real DAG processor."""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.stack import ROOT, Stack
from tests.stacks import project_stack

PARSES = int(os.environ.get("MEDIA_DAG_VERSIONS_PARSES", "15"))
"""How often the DAG processor parses each DAG file at least; before a release, 100 times take about five minutes."""
pytestmark = [pytest.mark.system, pytest.mark.timeout(360 + 20 * PARSES)]
LONGEST_LIST = 100
ERROR_FILES = {"media_workflow_errors.py", "media_state_machine_errors.py"}
WORKFLOW = "name: {name}\noutputs: {{poster: {{kind: snapshots, at: [0]}}}}\n"
WAIT = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 15, "Next": "Done"},
        "Done": {"Type": "Pass", "Result": "waited", "End": True},
    },
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that ships, with valid and invalid files beside it."""
    folder = tmp_path_factory.mktemp("versions")
    for name in ("dags", "plugins", "include"):
        shutil.copytree(ROOT / name, folder / name)
    machines, workflows = folder / "include" / "state_machines", folder / "include" / "workflows"
    (machines / "waits.json").write_text(json.dumps(WAIT))
    (machines / "waits.yaml").write_text("tags: [c, a, b]\n")
    (machines / "endless.json").write_text(json.dumps(WAIT))
    (machines / "endless.yaml").write_text("schedule: '@continuous'\n")
    scheduled = "tags: [c, a, b]\ntrigger: {bucket: inbox}\nschedule: '0 0 1 1 *'\n"
    (workflows / "yearly.yaml").write_text(WORKFLOW.format(name="yearly") + scheduled)
    (workflows / "broken.yaml").write_text("name: [")
    return folder


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Stack]:
    """An Airflow that parses each DAG file about once a second."""
    options = {
        "core.min_serialized_dag_update_interval": "1",
        "dag_processor.min_file_process_interval": "1",
        "dag_processor.stale_dag_threshold": "2",
        "scheduler.parsing_cleanup_interval": "1",
    }
    home = tmp_path_factory.mktemp("home")
    dag_ids = ("media_yearly", "state_machine_waits", "media_announce", "media_ingest_normal", "media_state_wait")
    with project_stack(project, home=home, options=options, dag_ids=dag_ids) as running:
        yield running


def parse_times(stack: Stack) -> dict[str, str]:
    """When each DAG was parsed last."""
    found = stack.api("GET", f"dags?limit={LONGEST_LIST}&exclude_stale=true")
    assert found["total_entries"] <= LONGEST_LIST
    return {dag["dag_id"]: dag["last_parsed_time"] for dag in found["dags"]}


def files_with_errors(stack: Stack) -> set[str]:
    return {Path(each["filename"]).name for each in stack.api("GET", "importErrors")["import_errors"]}


def test_dags_parsed_again_and_again_have_one_version_each(stack: Stack) -> None:
    # A DAG of a file that was not read yet comes later than those that the stack waits for.
    seen: defaultdict[str, set[str]] = defaultdict(set)
    # Airflow makes a new version only of a DAG that has a run. The runs of paused DAGs stay open.
    runs = {name: {"source": "file:///film.mp4"} for name in ("media_yearly", "media_vod")} | {
        "state_machine_previews": {}
    }
    for dag_id, conf in runs.items():
        stack.api("PATCH", f"dags/{dag_id}", {"is_paused": True})
        stack.api("POST", f"dags/{dag_id}/dagRuns", {"dag_run_id": "open", "logical_date": None, "conf": conf})

    def is_parsed_often() -> bool:
        times = parse_times(stack)
        for dag_id, at in times.items():
            seen[dag_id].add(at)
        return set(times) == set(seen) and min(map(len, seen.values())) > PARSES

    stack.wait_until(is_parsed_often, what="Parsing all DAG files many times", timeout_seconds=60 + 20 * PARSES)
    assert set(seen) > {"media_yearly", "media_arrivals_yearly", "state_machine_waits", "media_announce"}
    assert files_with_errors(stack) == ERROR_FILES
    versions = {dag_id: stack.api("GET", f"dags/{dag_id}/dagVersions")["total_entries"] for dag_id in seen}
    assert versions == dict.fromkeys(seen, 1)


def test_machine_that_breaks_affects_no_run_of_another(stack: Stack, project: Path) -> None:
    stack.api("PATCH", "dags/state_machine_waits", {"is_paused": False})
    stack.api("POST", "dags/state_machine_waits/dagRuns", {"dag_run_id": "beside", "logical_date": None, "conf": {}})
    (project / "include" / "state_machines" / "broken.json").write_text("{")
    assert stack.wait_for_run("state_machine_waits", "beside", timeout_seconds=120)["state"] == "success"
    errors = stack.api("GET", "importErrors")["import_errors"]
    assert any("broken.json:1:2: " in each["stack_trace"] for each in errors)
    assert stack.api("GET", "dags/state_machine_waits/dagVersions")["total_entries"] == 1
