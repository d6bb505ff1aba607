"""Attacks by a user of FAB with exactly the rights that docs/how-to/permissions.md gives a submitter: he submits, and
gains nothing.
"""

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.stack import ROOT, Stack
from tests.media import clip
from tests.stacks import project_stack
from tests.system.forging import QUEUE, forged, forgeries, make_project, private_files
from tests.system.rest_client import connect

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
PAGE = ROOT / "docs" / "how-to" / "permissions.md"
MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
ROLE, PASSWORD = "media_submitter_acme", "a password of the tests"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, sink: Any) -> Iterator[Stack]:
    top = tmp_path_factory.mktemp("fab")
    options = make_project(top, sink.address)
    options |= {"core.auth_manager": MANAGER, "media.definitions": f"file://{top}/definitions/"}
    with project_stack(top, options=options) as running:
        add_user(running, "admin", "Admin", running.password)
        for dag_id in (QUEUE, "media_facts", "media_announce"):
            running.wait_for_dag(dag_id)
        for line in commands(PAGE):
            running.airflow(*shlex.split(line)[1:])
        add_user(running, "submitter", ROLE, PASSWORD)
        yield running


def add_user(stack: Stack, name: str, role: str, password: str) -> None:
    who = ("--username", name, "--firstname", name, "--lastname", name, "--email", f"{name}@example.org")
    stack.airflow("users", "create", *who, "--role", role, "--password", password)


def commands(page: Path) -> list[str]:
    """Commands of the page that make the submitter's role."""
    lines = (line.strip() for line in page.read_text().splitlines() if line.startswith("    airflow roles "))
    return [line for line in lines if ROLE in line]


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    """The submitter's client of his account."""
    with connect(stack.airflow_url, "submitter", PASSWORD) as client:
        client.base_url = str(client.base_url).replace("/default/", "/acme/")
        yield client


@pytest.fixture(scope="module")
def airflow(stack: Stack, client: httpx.Client) -> Iterator[httpx.Client]:
    """The submitter's client of Airflow's own API."""
    with httpx.Client(base_url=f"{stack.airflow_url}/api/v2/", headers=client.headers, timeout=60) as own:
        yield own


@pytest.fixture(scope="module")
def job(stack: Stack, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Id of a job that the submitter has had done."""
    folder = stack.home.parent / "mine"
    shutil.copy(clip(tmp_path_factory.mktemp("clip") / "a.mp4"), folder / "a.mp4")
    body = {"source": f"file://{folder}/a.mp4", "workflow": "facts", "output": f"file://{folder}/"}
    made = str(client.post("ingest-requests", json=body).raise_for_status().json()["id"])
    assert stack.wait_for_run(QUEUE, f"normal__{made}", 120)["state"] == "success"
    return made


def test_submitter_has_a_job_done_and_looks_at_it(client, job) -> None:
    assert client.get(f"jobs/{job}").raise_for_status().json()["state"] == "succeeded"


def trigger(airflow: httpx.Client, body: dict[str, Any]) -> None:
    """Start a run of the queue's DAG, and try again where two writers of Airflow have held up SQLite for too long."""
    answer = airflow.post(f"dags/{QUEUE}/dagRuns", json=body)
    if answer.status_code == 500:
        answer = airflow.post(f"dags/{QUEUE}/dagRuns", json=body)
    assert answer.status_code in {200, 409}, answer.text


def test_confs_that_are_forged_replayed_altered_or_cut_do_nothing(stack, client, airflow, sink, job) -> None:
    own = airflow.get(f"dags/{QUEUE}/dagRuns/normal__{job}").raise_for_status().json()["conf"]
    whole = forged(stack, sink.url("/told"))
    confs = {
        **forgeries(whole),
        "replayed": own,
        "altered": {**own, "source": whole["source"]},
        "written elsewhere": {**own, "output": whole["output"]},
        "announced": {**own, "notify": whole["notify"]},
        "cut": {name: own[name] for name in ("job_id", "source", "signature")},
    }
    for number, conf in enumerate(confs.values()):
        body = {"dag_run_id": f"normal__{number:032x}", "logical_date": None, "conf": conf}
        airflow.post(f"dags/{QUEUE}/dagRuns", json=body).raise_for_status()
    for number, name in enumerate(confs):
        assert stack.wait_for_run(QUEUE, f"normal__{number:032x}", 120)["state"] == "failed", name
        told = client.get(f"jobs/{number:032x}").raise_for_status().json()
        assert [error["code"] for error in told["errors"]] == ["conf_untrusted"], name
    assert stack.api("GET", "dags/media_facts/dagRuns")["total_entries"] == 1
    assert stack.api("GET", "dags/media_announce/dagRuns")["total_entries"] == 0
    assert (private_files(stack), sink.received) == (["a.mp4"], [])


@pytest.mark.parametrize("dag_id", ["media_ingest_normal", "media_ingest_low", "media_facts", "media_announce"])
def test_no_other_dag_is_triggered(airflow, dag_id) -> None:
    answer = airflow.post(f"dags/{dag_id}/dagRuns", json={"dag_run_id": "thief", "logical_date": None, "conf": {}})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "connections", None),
        ("GET", "variables", None),
        ("PATCH", "pools/media_jobs__acme", {"slots": 1000}),
        ("PATCH", f"dags/{QUEUE}/dagRuns/normal__{{job}}", {"state": "failed"}),
        ("DELETE", f"dags/{QUEUE}/dagRuns/normal__{{job}}", None),
        ("POST", f"dags/{QUEUE}/dagRuns/normal__{{job}}/clear", {"dry_run": False}),
        (
            "POST",
            f"dags/{QUEUE}/dagRuns/normal__{{job}}/taskInstances/job/xcomEntries",
            {"key": "outcome", "value": "{}"},
        ),
        ("GET", "dags/media_facts/dagRuns/normal__{job}/taskInstances/probe/xcomEntries/return_value", None),
    ],
)
def test_nothing_of_the_operators_is_his(airflow, job, method, path, body) -> None:
    assert airflow.request(method, path.format(job=job), json=body).status_code == 403


@pytest.mark.parametrize("path", ["jobs", "queues", "jobs/0"])
def test_other_account_does_not_exist_for_him(stack, client, path) -> None:
    assert client.get(f"{stack.airflow_url}/media/v1/accounts/default/{path}").status_code == 404


def test_definitions_are_saved_by_those_who_may_edit_dags(stack, client) -> None:
    text = json.dumps({"name": "new", "outputs": {"facts": {"kind": "probe_report"}}})
    body = {"text": text, "status": "draft", "base": None}
    path = "/media/v1/definitions/workflows/new"
    assert client.put(f"{stack.airflow_url}{path}", json=body).status_code == 404
    assert stack.api("PUT", path, body)["saved_by"] == "admin"
    assert client.put(f"{stack.airflow_url}{path}", json=body | {"base": 1}).status_code == 404
    assert stack.api("GET", path)["version"] == 1


def test_request_for_what_is_not_his_is_refused(stack, client) -> None:
    mine, private = (f"file://{stack.home.parent}/{name}/" for name in ("mine", "private"))
    for source, output in ((private, mine), (mine, private)):
        answer = client.post(
            "ingest-requests", json={"workflow": "facts", "source": f"{source}a.mp4", "output": output}
        )
        assert (answer.status_code, json.loads(answer.text)["error"]["code"]) == (403, "location_forbidden")
