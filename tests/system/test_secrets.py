"""Presigned sources and callbacks with tokens in the real Airflow: jobs use them, and their secrets are found
nowhere.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.stack import Stack
from tests.media import clip
from tests.stacks import lay_out_project, project_stack
from tests.system.rest_client import connect
from tests.web import Server

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]
CANARIES = {
    name: f"canary-{name}-5f0cb2" for name in ("signature", "token", "password", "wrong", "task", "mapped", "hand")
}
FACTS = {"name": "facts", "outputs": {"facts": {"kind": "probe_report"}}}
DAG = """
from airflow.sdk import DAG
from airflow_provider_media.operators.ingest import IngestSubmitOperator
from airflow_provider_media.operators.probe import ProbeOperator

with DAG("secret_sources", schedule=None, params={{"source": ""}}):
    IngestSubmitOperator(task_id="submit", source="{submitted}", workflow="facts")
    IngestSubmitOperator.partial(task_id="each", workflow="facts").expand(source=["{mapped}"])
    ProbeOperator(task_id="probe", source="{{{{ params.source or '{submitted}' }}}}")
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that gives its film to whoever has a right signature."""
    film = clip(tmp_path_factory.mktemp("film") / "film.mp4").read_bytes()
    right = tuple(CANARIES[name] for name in ("signature", "task", "mapped", "hand"))
    with Server() as server:
        server.answer = lambda handler: (
            handler.send(200, film) if handler.path.endswith(right) else handler.send(403, b"denied")
        )
        yield server


def signed(films: Server, name: str) -> str:
    return f"http://127.0.0.1:{films.port}/films/film.mp4?X-Amz-Expires=600&X-Amz-Signature={CANARIES[name]}"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, films: Server, sink: Any) -> Iterator[Stack]:
    top = tmp_path_factory.mktemp("secrets")
    lay_out_project(
        top,
        "media_ingest.py",
        "media_workflows.py",
        "media_announce.py",
        include={
            "workflows/facts.yaml": json.dumps({**FACTS, "output": {"location": f"file://{top}/out/"}}),
            "queues.yaml": json.dumps({"accounts": {"default": {}}}),
        },
        folders=("out",),
    )
    options = {
        "media.retries": "0",
        "media.local_folders": str(top),
        "media.announce_allow": sink.address,
        "media.https_allow": f"127.0.0.1:{films.port}",
    }
    dag_ids = ("media_ingest_normal", "media_facts", "media_announce")
    with project_stack(top, options=options, dag_ids=dag_ids) as running:
        yield running


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with connect(stack.airflow_url, "admin", stack.password) as client:
        yield client


def submitted(client: httpx.Client, stack: Stack, body: Mapping[str, Any]) -> dict[str, Any]:
    """A job that was submitted by REST, once it has ended."""
    job = client.post("ingest-requests", json={"workflow": "facts", **body}).raise_for_status().json()["id"]
    stack.wait_for_run("media_ingest_normal", f"normal__{job}", 120)
    return dict(client.get(f"jobs/{job}").raise_for_status().json())


def found(folder: Path) -> list[str]:
    """Files that hold a secret: the database, logs, working files and what is published."""
    texts = {name: text.encode() for name, text in CANARIES.items()}
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(folder / "dags"))
    return [
        f"{name} in {path}"
        for path in files
        for content in [path.read_bytes()]
        for name, text in texts.items()
        if text in content
    ]


def test_presigned_url_job_succeeds_with_callbacks_and_leaks_no_secrets(stack, client, films, sink) -> None:
    callback = sink.url(f"/ok?token={CANARIES['token']}")
    job = submitted(
        client, stack, {"source": signed(films, "signature"), "notify": [{"url": callback, "mode": "change"}]}
    )
    assert (job["state"], job["source"]) == ("succeeded", f"http://127.0.0.1:{films.port}/films/film.mp4")
    stack.wait_until(lambda: len(sink.at("/ok")) == 2, what="both callbacks", timeout_seconds=60)
    assert {each.path for each in sink.at("/ok")} == {f"/ok?token={CANARIES['token']}"}
    conf = json.dumps(stack.api("GET", f"dags/media_facts/dagRuns/normal__{job['id']}"))
    assert "/films/film.mp4#sealed=" in conf
    assert found(stack.home.parent) == []


def test_refused_signature_and_credentials_fail_without_showing_them(stack, client, films) -> None:
    with_password = f"http://somebody:{CANARIES['password']}@127.0.0.1:{films.port}/films/film.mp4"
    for source in (signed(films, "wrong"), with_password):
        job = submitted(client, stack, {"source": source})
        assert (job["state"], [error["code"] for error in job["errors"]]) == ("failed", ["source_forbidden"]), job[
            "errors"
        ]
    assert found(stack.home.parent) == []


def test_retried_job_opens_its_source_again(stack, client, films) -> None:
    job = submitted(client, stack, {"source": signed(films, "wrong")})
    before = len(films.requests)
    client.post(f"jobs/{job['id']}/retry").raise_for_status()
    stack.wait_until(
        lambda: client.get(f"jobs/{job['id']}").json()["state"] == "failed",
        what="the retried job's end",
        timeout_seconds=120,
    )
    stack.wait_until(lambda: len(films.requests) > before, what="another request", timeout_seconds=60)
    assert films.requests[-1]["path"].endswith(CANARIES["wrong"])


def test_sealed_url_of_another_job_opens_nothing(stack, client, films) -> None:
    owner = submitted(client, stack, {"source": signed(films, "signature")})
    sealed = stack.api("GET", f"dags/media_facts/dagRuns/normal__{owner['id']}")["conf"]["source"]
    thief = submitted(client, stack, {"source": sealed})
    assert (thief["state"], [error["code"] for error in thief["errors"]]) == ("failed", ["source_forbidden"])
    stack.api(
        "POST", "dags/media_facts/dagRuns", {"dag_run_id": "thief", "logical_date": None, "conf": {"source": sealed}}
    )
    assert stack.wait_for_run("media_facts", "thief", 90)["state"] == "failed"


def test_operators_show_no_secret_in_logs_and_rendered_fields(stack, films) -> None:
    code = DAG.format(submitted=signed(films, "task"), mapped=signed(films, "mapped"))
    (stack.home.parent / "dags" / "secret_sources.py").write_text(code)
    stack.wait_for_dag("secret_sources")
    stack.api("POST", "dags/secret_sources/dagRuns", {"dag_run_id": "one", "logical_date": None})
    assert stack.wait_for_run("secret_sources", "one", 120)["state"] == "success"
    fields = stack.api("GET", "dags/secret_sources/dagRuns/one/taskInstances/probe")["rendered_fields"]
    assert fields["source"].endswith("/films/film.mp4?***")
    logs = [path for path in (stack.home / "logs").rglob("*") if path.is_file()]
    assert [path for path in logs for name in ("task", "mapped") if CANARIES[name].encode() in path.read_bytes()] == []
    for task in ("submit", "probe", "each/0"):
        path = f"dags/secret_sources/dagRuns/one/taskInstances/{task}"
        assert not any(text in json.dumps(stack.api("GET", path)) for text in CANARIES.values()), task


def test_manual_run_hands_no_secret_to_its_tasks(stack, films) -> None:
    body = {"dag_run_id": "by-hand", "logical_date": None, "conf": {"source": signed(films, "hand")}}
    stack.api("POST", "dags/media_facts/dagRuns", body)
    assert stack.wait_for_run("media_facts", "by-hand", 90)["state"] == "success"
    path = "dags/media_facts/dagRuns/by-hand/taskInstances/probe/xcomEntries/return_value?deserialize=true"
    assert CANARIES["hand"] not in json.dumps(stack.api("GET", path))
