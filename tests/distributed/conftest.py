"""One real Airflow on a real PostgreSQL for all distributed tests of a session."""

# ruff: noqa: TID253 - a client of the API

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo.stack import ROOT, Stack, local_stack
from tests.distributed.postgres import installed, postgres

HERE = Path(__file__).parent
FAST = 100_000
"""Requests a second that no test makes: a limit of its own has its own tests."""
QUEUES = {
    "accounts": {
        "default": {"workflow": "vod", "requests_per_second": FAST},
        "drain": {"workflow": "hold", "requests_per_second": FAST, "limits": {"active": 4}},
        "other": {"workflow": "hold", "requests_per_second": FAST, "limits": {"active": 5}},
    }
}
SIMPLE = "name: {name}\noutputs:\n  facts: {{kind: probe_report}}\noutput: {{location: s3://media-out/, connection: media_s3}}\n"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database."""
    if not installed():
        pytest.skip("PostgreSQL is not installed")
    with postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out like the repository: its queues for our accounts, its workflows, and two more without any encode."""
    top = tmp_path_factory.mktemp("project")
    for name in ("dags", "plugins"):
        (top / name).mkdir()
    shutil.copytree(ROOT / "include", top / "include")
    for path in (ROOT / "dags" / "media_ingest.py", ROOT / "plugins" / "media_plugin.py", HERE / "hold_dags.py"):
        shutil.copy(path, top / ("plugins" if "plugins" in path.parts else "dags"))
    for name in ("hold", "quick"):
        (top / "include" / "workflows" / f"{name}.yaml").write_text(SIMPLE.format(name=name))
    (top / "include" / "queues.yaml").write_text(json.dumps(QUEUES))
    return top


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, database: str, project: Path) -> Iterator[Stack]:
    """The running stack."""
    options = {"database.sql_alchemy_conn": database}
    with local_stack(tmp_path_factory.mktemp("home"), dags=project / "dags", plugins=project / "plugins", options=options) as running:
        for account in ("", "__drain", "__other"):
            for priority in ("normal", "low"):
                running.wait_for_dag(f"media_ingest_{priority}{account}", timeout_seconds=120)
        running.wait_for_dag("media_vod")
        yield running


@pytest.fixture(scope="session")
def headers(stack: Stack) -> dict[str, str]:
    """What lets the administrator in."""
    answer = httpx.post(f"{stack.airflow_url}/auth/token", json={"username": "admin", "password": stack.password}, trust_env=False)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
