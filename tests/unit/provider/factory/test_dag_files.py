"""DAG files have no side effects: the same files give the same bytes, and each DAG comes from one file."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_provider_media.core.project.project import Project, ProjectFiles, yaml_files

ROOT = Path(__file__).parents[4]
PARSES = 10
PROCESSES = 5
"""Fresh interpreters, each with another order of sets; the parses are shared out among them."""
SERIALIZE = """
import hashlib, json, os, sys
import airflow_provider_media.preloading
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

# Airflow writes keys in their order too: the order of its own sets decides in which it makes them.
def parse(paths):
    found = {}
    for path in paths:
        bag = DagBag(path, safe_mode=True)
        serialized = {name: DagSerialization.to_dict(dag) for name, dag in bag.dags.items()}
        dags = {name: json.dumps(dag, sort_keys=True).encode() for name, dag in serialized.items()}
        hashes = {name: hashlib.sha256(text).hexdigest() for name, text in dags.items()}
        found[os.path.basename(path)] = {"dags": hashes, "errors": list(bag.import_errors.values())}
    return found

print(json.dumps([parse(paths) for paths in json.loads(sys.argv[1])]))
"""
GOOD = "name: {name}\noutputs: {{poster: {{kind: snapshots, at: [1]}}}}\n"
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
WORKFLOWS = {
    "nightly": GOOD.format(name="nightly") + "tags: [c, a, b]\ntrigger: {bucket: inbox}\nschedule: '0 3 * * *'\n",
    "queued": GOOD.format(name="queued")
    + "trigger: {bucket: inbox, events: sqs, queue: 'https://sqs.example.com/1/up'}\n",
    "broken": "name: [",
    "unplannable": GOOD.format(name="unplannable") + "trigger: {bucket: inbox}\nschedule: '0 0 30 2 *'\n",
    "stop": GOOD.format(name="state_stop"),
    "vod_again": GOOD.format(name="vod"),
    "tagged": GOOD.format(name="tagged") + f"tags: [{'x' * 101}]\n",
}
MACHINES = {
    "daily": (PASS, "schedule: '@daily'\ntags: [c, a, b]\n"),
    "once": (PASS, "schedule: '@once'\n"),
    "quick": (PASS, "type: express\n"),
    "broken": ("{", None),
    "never": (PASS, "schedule: every day\n"),
    "endless": (PASS, "schedule: '@continuous'\n"),
}
ERROR_FILES = {"media_workflow_errors.py", "media_state_machine_errors.py"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "dags", folder / "dags")
    shutil.copytree(ROOT / "include", folder / "include")
    for name, text in WORKFLOWS.items():
        (folder / "include" / "workflows" / f"{name}.yaml").write_text(text)
    for name, (definition, settings) in MACHINES.items():
        path = folder / "include" / "state_machines" / f"{name}.json"
        path.write_text(definition)
        if settings is not None:
            path.with_suffix(".yaml").write_text(settings)
    return folder


@pytest.fixture(scope="module")
def parses(project):
    """What each of ten parses of all DAG files gave, by file."""
    files = sorted(str(path) for path in (project / "dags").glob("*.py"))
    shuffle = random.Random(18)
    orders = [files, files[::-1], *(shuffle.sample(files, len(files)) for _ in range(PARSES - 2))]
    found = []
    for number in range(PROCESSES):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        environment |= {
            "AIRFLOW_HOME": str(project),
            "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__MEDIA__CACHE_DIRECTORY": str(project / "cache"),
            "PYTHONHASHSEED": str(number),
        }
        argv = [sys.executable, "-c", SERIALIZE, json.dumps(orders[number::PROCESSES])]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr[-3000:]
        found += json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.timeout(300)
def test_dag_files_parsed_ten_times_give_equal_serialized_dags(parses):
    assert len(parses) == PARSES
    assert parses == [parses[0]] * PARSES


def test_each_dag_comes_from_one_dag_file(parses):
    files = [name for found in parses[0].values() for name in found["dags"]]
    assert len(files) == len(set(files))


def test_dag_file_that_reports_errors_makes_no_dag(parses):
    assert {file for file, found in parses[0].items() if found["errors"]} == ERROR_FILES
    assert [found["dags"] for file, found in parses[0].items() if file in ERROR_FILES] == [{}, {}]


def test_dags_of_workflows_and_machines_match_those_project_accepts(project, parses):
    include = project / "include"
    files = ProjectFiles(
        workflows=yaml_files(include / "workflows"),
        machines=tuple((include / "state_machines").glob("*.json")),
        presets=include / "presets",
        accounts=include / "queues.yaml",
    )
    accepted = Project.load(files)
    assert {"nightly", "queued", "vod"} <= set(accepted.workflows)
    assert set(parses[0]["media_workflows.py"]["dags"]) == {f"media_{name}" for name in accepted.workflows}
    assert {"daily", "once", "quick"} <= set(accepted.machines)
    assert set(parses[0]["media_state_machines.py"]["dags"]) == {f"state_machine_{name}" for name in accepted.machines}
    reported = "\n".join(text for file in ERROR_FILES for text in parses[0][file]["errors"])
    assert {one.mark.file for one in accepted.errors} == {
        one.mark.file for one in accepted.errors if f"{one.mark}: " in reported
    }
