"""The installation as the docs tell it, tried by somebody who has the built wheel and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import httpx
import pytest

from demo.component import Component, start, stop_all, wait_until
from demo.stack import ROOT, free_ports
from tests.install.new_user import Installed

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(1200)]
FIRST_JOB_SECONDS = 180.0
OWN_LOAD = 2.0
"""Load of each processor that a starting Airflow makes by itself."""
PAGE = ROOT / "docs" / "how-to" / "install.md"


def commands(page: Path) -> list[str]:
    """What a page says to type."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "airflow"
    folder.mkdir()
    return folder


def standalone(installed: Installed, home: Path) -> tuple[Component, dict[str, str]]:
    """A stock ``airflow standalone`` on ports that nobody else uses."""
    api, worker_logs, trigger_logs = free_ports(3)
    environment = installed.environment(
        home,
        # Its hundred example DAGs tell nothing of ours, and keep SQLite's only writer for minutes where a machine is
        # busy.
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__API__PORT=str(api),
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://127.0.0.1:{api}/execution/",
        AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT=str(worker_logs),
        AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT=str(trigger_logs),
        AIRFLOW__MEDIA__WORK_DIRECTORY=str(home / "work"),
        AIRFLOW__MEDIA__CACHE_DIRECTORY=str(home / "cache"),
    )
    argv = [str(installed.bin / "airflow"), "standalone"]
    return start("standalone", argv, environment=environment, logs=home / "logs", directory=home), environment


def is_ready(url: str) -> bool:
    """Whether the API answers, and the DAG processor works."""
    try:
        return (
            httpx.get(f"{url}/api/v2/monitor/health", timeout=20, trust_env=False).json()["dag_processor"]["status"]
            == "healthy"
        )
    except (httpx.HTTPError, KeyError, ValueError):
        return False


def allowed_seconds() -> float:
    """Three minutes, and as many times more as other work keeps this machine's processors from ours."""
    others = os.getloadavg()[0] / (os.cpu_count() or 1) / OWN_LOAD
    return FIRST_JOB_SECONDS * max(1.0, others)


def findings(
    installed: Installed, environment: dict[str, str], home: Path
) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """Exit code of the doctor, and what it found by the name of the check."""
    done = installed.run("airflow", "media", "doctor", "--json", environment=environment, cwd=home, check=False)
    by_check: dict[str, list[dict[str, str]]] = {}
    for one in json.loads(done.stdout):
        by_check.setdefault(one["check"], []).append(one)
    return done.returncode, by_check


def test_page_commands_run_first_stock_standalone_job_within_three_minutes(installed: Installed, home: Path) -> None:
    typed = commands(PAGE)
    assert typed[:3] == ["pip install 'airflow-provider-media[airflow]'", "airflow media init", "airflow standalone"]
    began = time.monotonic()
    fresh = installed.environment(home)
    told = installed.run("airflow", "media", "init", environment=fresh, cwd=home).stdout
    component, environment = standalone(installed, home)
    url = f"http://127.0.0.1:{environment['AIRFLOW__API__PORT']}"
    try:
        wait_until(lambda: is_ready(url), what="airflow standalone", timeout_seconds=400, components=[component])
        # Exactly what `init` has printed, but for its last line, in a shell.
        connection, unpause, doctor, submit = (line.strip() for line in told.splitlines() if line.startswith("     "))
        assert doctor == "airflow media doctor"
        wait_until(
            lambda: shell(installed, unpause, environment, home).returncode == 0,
            what="DAGs that are known", timeout_seconds=200, components=[component],
        )  # fmt: skip
        assert shell(installed, connection, environment, home).returncode == 0
        followed = shell(installed, submit, environment, home)
        seconds = time.monotonic() - began
        assert followed.returncode == 0, followed.stdout + followed.stderr
        assert "succeeded" in followed.stdout
        assert {path.name for path in (home / "media" / "out").glob("sample_*")} == {
            "sample_film.mp4",
            "sample_poster.jpg",
        }
        assert seconds < allowed_seconds()
        code, found = findings(installed, environment, home)
        assert (code, [one for ones in found.values() for one in ones if one["status"] == "error"]) == (0, [])
        assert {
            "triggerer",
            "scheduler",
            "dag-processor",
            "API",
            "REST",
            "clock",
            "pools",
            "connection media_local",
        } <= found.keys()
        break_things(installed, environment, home)
        code, found = findings(installed, environment, home)
        wrong = {check for check, ones in found.items() for one in ones if one["status"] == "error" and one["advice"]}
        assert (code, wrong) == (2, {"pools", "files", "connection media_local"})
    finally:
        stop_all([component])


def shell(installed: Installed, line: str, environment: dict[str, str], home: Path):
    import subprocess

    return subprocess.run(
        ["bash", "-ec", line], env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=500
    )


def break_things(installed: Installed, environment: dict[str, str], home: Path) -> None:
    """A pool without slots, a workflow with a mistake, and a folder that the connection no longer opens."""
    installed.run(
        "airflow", "pools", "set", "--include-deferred", "media_jobs", "0", "by hand", environment=environment, cwd=home
    )
    (home / "include" / "workflows" / "wrong.yaml").write_text("name: wrong\noutputs: {x: {kind: snapshot}}\n")
    first = home / "include" / "workflows" / "first_job.yaml"
    first.write_text(first.read_text().replace(str(home / "media"), str(home / "elsewhere")))


def test_plugin_is_registered_once_even_with_file_in_plugins_folder(installed: Installed, home: Path) -> None:
    (home / "plugins").mkdir()
    shutil.copy(ROOT / "plugins" / "media_plugin.py", home / "plugins")
    code = (
        "from airflow.plugins_manager import _get_plugins as g; p, e = g(); print([x.name for x in p if x.name =="
        " 'media'], e)"
    )
    environment = installed.environment(home, AIRFLOW__CORE__LOAD_EXAMPLES="False")
    assert (
        installed.run("python", "-c", code, environment=environment, cwd=home).stdout.splitlines()[-1] == "['media'] {}"
    )


def test_a_missing_include_is_an_import_error_and_a_finding(installed: Installed, home: Path) -> None:
    environment = installed.environment(home, AIRFLOW__CORE__LOAD_EXAMPLES="False")
    installed.run("airflow", "media", "init", environment=environment, cwd=home)
    shutil.rmtree(home / "include")
    raised = installed.run(
        "python", str(home / "dags" / "media_workflow_errors.py"), environment=environment, cwd=home, check=False
    )
    assert f"There is no folder {home}/include" in raised.stderr
    told = installed.run(
        "airflow", "media", "doctor", "--offline", "--json", environment=environment, cwd=home, check=False
    )
    (one,) = (each for each in json.loads(told.stdout) if each["check"] == "include")
    assert (told.returncode, one["status"]) == (2, "error")
    assert "airflow media init" in one["advice"]


def test_airflow_links_its_page_of_providers_to_the_docs(installed: Installed, home: Path) -> None:
    code = (
        "from airflow.providers_manager import ProvidersManager as M;"
        "print(M().providers['airflow-provider-media'].data['documentation-url'])"
    )
    shown = installed.run("python", "-c", code, environment=installed.environment(home), cwd=home).stdout
    assert shown.splitlines()[-1].startswith("https://")
