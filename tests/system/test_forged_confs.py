"""Attacks in the real Airflow by somebody who may trigger the DAGs of an account: forged confs are refused, and the
jobs API answers.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.stack import Stack
from tests.stacks import project_stack
from tests.system.forging import QUEUE, forged, forgeries, make_project, private_files
from tests.system.rest_client import connect

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, sink: Any) -> Iterator[Stack]:
    top = tmp_path_factory.mktemp("forged")
    options = make_project(top, sink.address)
    dag_ids = (QUEUE, "media_facts", "media_announce")
    with project_stack(top, options=options, dag_ids=dag_ids) as running:
        yield running


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with connect(stack.airflow_url, "admin", stack.password) as client:
        client.base_url = str(client.base_url).replace("/default/", "/acme/")
        yield client


def trigger(stack: Stack, dag_id: str, run_id: str, conf: object) -> None:
    stack.api("POST", f"dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None, "conf": conf})


def test_forged_queue_confs_fail_one_task_and_jobs_api_answers(stack, client, sink) -> None:
    whole = forged(stack, sink.url("/told"))
    confs = forgeries(whole)
    for number, conf in enumerate(confs.values()):
        trigger(stack, QUEUE, f"normal__{number:032x}", conf)
    assert client.get("jobs?workflow=facts&video=film").status_code == 200
    for number, name in enumerate(confs):
        job = f"{number:032x}"
        assert stack.wait_for_run(QUEUE, f"normal__{job}", 90)["state"] == "failed", name
        tasks = stack.api("GET", f"dags/{QUEUE}/dagRuns/normal__{job}/taskInstances")["task_instances"]
        assert {task["task_id"]: task["state"] for task in tasks} == {"job": "skipped", "close": "failed"}, name
        answer = client.get(f"jobs/{job}")
        told = answer.raise_for_status().json()
        assert (told["state"], told["account"], [error["code"] for error in told["errors"]]) == (
            "failed",
            "acme",
            ["conf_untrusted"],
        ), name
    assert len(client.get("jobs?state=failed").raise_for_status().json()["jobs"]) == len(confs)
    assert stack.api("GET", "dags/media_facts/dagRuns")["total_entries"] == 0
    assert stack.api("GET", "dags/media_announce/dagRuns")["total_entries"] == 0
    assert private_files(stack) == ["a.mp4"]


@pytest.mark.parametrize("field", ["source", "output", "workflow"])
def test_run_of_a_workflow_by_hand_stays_within_its_account(stack, sink, field) -> None:
    top = stack.home.parent
    mine = {"source": f"file://{top}/mine/a.mp4", "output": f"file://{top}/mine/"}
    trigger(stack, "media_facts", f"by-hand-{field}", {**mine, field: forged(stack, sink.url("/told"))[field]})
    assert stack.wait_for_run("media_facts", f"by-hand-{field}", 90)["state"] == "failed"
    path = f"dags/media_facts/dagRuns/by-hand-{field}/taskInstances/probe/xcomEntries/error?deserialize=true"
    error = stack.api("GET", path)["value"]
    error = json.loads(error) if isinstance(error, str) else error
    assert error["code"] == ("conf_untrusted" if field == "workflow" else "location_forbidden")
    assert private_files(stack) == ["a.mp4"]


def test_announcement_by_hand_reaches_nobody(stack, sink) -> None:
    trigger(stack, "media_announce", "by-hand", {"run_id": "x", "event": {}, "targets": [{"url": sink.url("/told")}]})
    assert stack.wait_for_run("media_announce", "by-hand", 90)["state"] == "failed"


def test_nobody_was_told_of_anything(sink: Any) -> None:
    assert sink.received == []


def test_signed_job_of_the_same_account_is_done(stack: Stack, client: httpx.Client, tmp_path: Path) -> None:
    from tests.media import clip

    folder = stack.home.parent / "mine"
    shutil.copy(clip(tmp_path / "a.mp4"), folder / "a.mp4")
    body = {"source": f"file://{folder}/a.mp4", "workflow": "facts", "output": f"file://{folder}/"}
    job = client.post("ingest-requests", json=body).raise_for_status().json()["id"]
    assert stack.wait_for_run(QUEUE, f"normal__{job}", 120)["state"] == "success"
    told = client.get(f"jobs/{job}").raise_for_status().json()
    assert (told["state"], told["manifest"]) == ("succeeded", f"file://{folder}/.media/jobs/{job}/manifest.json")
