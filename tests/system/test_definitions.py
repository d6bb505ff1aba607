"""A workflow saved by REST becomes a DAG at once, runs a job, and goes when it is disabled, on the real Airflow."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from demo import ministack
from demo.stack import Stack
from tests import media
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

DAG_FILES = (
    "media_announce.py",
    "media_ingest.py",
    "media_state_machine_errors.py",
    "media_state_machines.py",
    "media_workflow_errors.py",
    "media_workflows.py",
)
CLIPS = "name: clips\noutputs:\n  poster: {{kind: snapshots, at: [0], format: png}}\noutput: {{location: 'file://{top}/out/'}}\n"
GREET = json.dumps(
    {"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Result": {"said": "hello"}, "End": True}}}
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without any workflow, so that its DAG file has no DAG yet."""
    top = tmp_path_factory.mktemp("definitions")
    lay_out_project(top, *DAG_FILES, include={"queues.yaml": "accounts: {default: {}}\n"}, folders=("out",))
    media.clip(top / "film.mp4", seconds=1)
    return top


@pytest.fixture(scope="module")
def stack(place: Path) -> Iterator[Stack]:
    """An Airflow that reads DAG files only when somebody asks for it."""
    options = {
        "core.simple_auth_manager_users": "admin:admin,looker:viewer",
        "core.min_serialized_dag_update_interval": "1",
        "dag_processor.min_file_process_interval": "3600",
        # A DAG that its file makes no more is stale after a moment, instead of after 50 seconds.
        "dag_processor.stale_dag_threshold": "2",
        "scheduler.parsing_cleanup_interval": "1",
        "media.definitions": "s3://media-config/definitions/",
        "media.definitions_conn_id": "media_s3",
        "media.local_folders": str(place),
        "media.retries": "0",
    }
    with project_stack(place, options=options, dag_ids=("media_ingest_normal", "media_announce")) as running:
        client = boto3.client(
            "s3",
            endpoint_url=running.s3_endpoint,
            aws_access_key_id=ministack.KEY_ID,
            aws_secret_access_key=ministack.SECRET,
            region_name=ministack.REGION,
        )
        client.create_bucket(Bucket="media-config")
        yield running


def put(stack: Stack, path: str, text: str, *, base: int | None = None, status: str = "published") -> dict[str, object]:
    body = {"text": text, "base": base, "status": status}
    answer: dict[str, object] = stack.api("PUT", f"/media/v1/definitions/{path}", body)
    return answer


def is_retired(stack: Stack) -> bool:
    return "retired" in {tag["name"] for tag in stack.api("GET", "dags/media_clips")["tags"]}


def is_gone_after_parse(stack: Stack) -> bool:
    """Return whether the DAG has gone; if not, have its file parsed, as Airflow does every half minute by default."""
    dag = stack.api("GET", "dags/media_clips")
    if not dag["is_stale"]:
        stack.request("PUT", f"parseDagFile/{dag['file_token']}")
    return bool(dag["is_stale"])


def test_saved_workflow_runs_a_job_and_goes_when_disabled(stack: Stack, place: Path) -> None:
    text = CLIPS.format(top=place)
    assert put(stack, "workflows/clips", text)["version"] == 1
    stack.wait_for_dag("media_clips", timeout_seconds=30)
    source = {"source": f"file://{place}/film.mp4", "workflow": "clips"}
    job = stack.api("POST", "/media/v1/accounts/default/ingest-requests", source)["id"]
    address = f"/media/v1/accounts/default/jobs/{job}"
    stack.wait_until(
        lambda: stack.api("GET", address)["state"] not in {"waiting", "running"},
        what="the job's end",
        timeout_seconds=90,
    )
    assert stack.api("GET", address)["state"] == "succeeded"
    assert list((place / "out").rglob("*.png"))

    put(stack, "workflows/clips", text, base=1, status="disabled")
    status, answer = stack.request("POST", "/media/v1/accounts/default/ingest-requests", source)
    assert (status, answer["error"]["code"]) == (422, "workflow_unknown")
    stack.wait_until(lambda: is_retired(stack), what="the DAG to be retired", timeout_seconds=30)
    stack.wait_until(lambda: is_gone_after_parse(stack), what="the DAG to go", timeout_seconds=90)


def test_saved_state_machine_runs_an_execution(stack: Stack) -> None:
    put(stack, "state-machines/greet", GREET)
    stack.wait_for_dag("state_machine_greet", timeout_seconds=30)
    stack.api("POST", "/media/v1/state-machines/greet/executions", {"name": "one", "input": {}})
    address = "/media/v1/state-machines/greet/executions/one"
    stack.wait_until(
        lambda: stack.api("GET", address)["status"] != "RUNNING", what="the execution's end", timeout_seconds=90
    )
    assert stack.api("GET", address)["output"] == {"said": "hello"}


def test_viewer_of_airflow_reads_and_may_not_save(stack: Stack) -> None:
    from tests.system.rest_client import connect

    passwords = json.loads((stack.home / "passwords.json").read_text())
    with connect(stack.airflow_url, "looker", passwords["looker"]) as looker:
        address = f"{stack.airflow_url}/media/v1/definitions/state-machines/seen"
        put(stack, "state-machines/seen", GREET, status="draft")
        assert looker.get(address).json()["can_change"] is False
        answer = looker.put(address, json={"text": GREET, "status": "draft", "base": 1})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
