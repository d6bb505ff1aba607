"""What parsing all DAG files costs with hundreds of workflows: the first time, and when nothing has changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.stack import ROOT

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]
COPIES = 50
"""Workflows for each of the shipped ones."""
MEASURED = """
import gc, json, os, runpy, sys
from pathlib import Path
import airflow_provider_media.preloading
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

def bare():
    made = {}
    for number in range(int(sys.argv[2])):
        with DAG(f"bare_{number}", schedule=None) as made[number]:
            tasks = [EmptyOperator(task_id=name) for name in ("probe", "plan", "encode", "package", "publish")]
            for upstream, downstream in zip(tasks, tasks[1:]):
                upstream >> downstream
    return made

def in_fork(parse):
    child = os.fork()
    if not child:
        os._exit(min(255, sum(type(each).__name__ == "DAG" for each in parse().values())))
    _, status, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)

gc.freeze()
found = {path.name: in_fork(lambda: runpy.run_path(str(path))) for path in sorted(Path(sys.argv[1]).glob("*.py"))}
print(json.dumps({"bare": in_fork(bare), "files": found}))
"""
"""Parses each file as Airflow's processor of DAG files does: in a fork, with what was preloaded kept from collections
of garbage.

Beside them, as many DAGs of five empty operators are made: what Airflow itself takes for objects that nobody can do
without.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "dags", tmp_path / "dags")
    shutil.copytree(ROOT / "include", tmp_path / "include")
    for path in (ROOT / "include" / "workflows").glob("*.yaml"):
        text = path.read_text()
        name = next(line.removeprefix("name:").strip() for line in text.splitlines() if line.startswith("name:"))
        for number in range(COPIES):
            copy = text.replace(f"name: {name}", f"name: {name}-{number}", 1).replace("prefix: ", f"prefix: {number}/")
            (tmp_path / "include" / "workflows" / f"{path.stem}_{number}.yaml").write_text(copy)
    return tmp_path


def parse_all(project: Path, workflows: int) -> dict[str, Any]:
    """CPU seconds and DAGs of bare DAGs and of each DAG file, in a process that has imported Airflow and the
    package.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(project),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__MEDIA__CACHE_DIRECTORY": str(project / "cache"),
    }
    argv = [sys.executable, "-c", MEASURED, str(project / "dags"), str(workflows)]
    done = subprocess.run(argv, env=environment, cwd=project, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_parsing_many_workflows_costs_little_and_almost_nothing_when_repeated(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflows = len(list((project / "include" / "workflows").glob("*.yaml")))
    with capsys.disabled():
        for name in ("first", "again", "once more"):
            found = parse_all(project, workflows)
            shown = ", ".join(
                f"{file.removesuffix('.py')} {seconds:.2f}" for file, (seconds, _) in found["files"].items()
            )
            total, bare = sum(seconds for seconds, _ in found["files"].values()), found["bare"][0]
            ratio = f"{total / bare:.1f} times as many bare DAGs"
            print(f"\n{workflows} workflows, {name:9} CPU {total:.2f} s, {ratio} ({shown}, bare {bare:.2f})", end="")
        print()
    assert found["files"]["media_workflows.py"][1] == min(255, workflows)
