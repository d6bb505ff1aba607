"""The page of a job: its published files, its tasks, its workflow, and who gets them."""

from pathlib import Path

import pytest

from airflow_provider_media.core.workflows.document import read_yaml
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from tests.unit.provider.api.memory_backend import QUEUES, WORKFLOWS


@pytest.fixture
def job(client):
    body = {"source": "s3://media-in/uploads/1.mp4"}
    return client.post("/v1/accounts/default/ingest-requests", json=body).json()["id"]


@pytest.mark.parametrize("address", ["files/1.jpg", "thumbnail"])
def test_file_answered_by_redirect_that_nobody_keeps(client, job, address):
    answer = client.get(f"/v1/accounts/default/jobs/{job}/{address}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "https://signed.example/1.jpg?sig=1")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize("address", ["files/1.jpg", "thumbnail"])
def test_file_of_other_account_or_hidden_account_is_unknown(client, job, address):
    other = client.get(f"/v1/accounts/tiny/jobs/{job}/{address}", follow_redirects=False)
    assert (other.status_code, other.json()["error"]["code"]) == (404, "job_unknown")
    hidden = client.get(
        f"/v1/accounts/default/jobs/{job}/{address}", headers={"Authorization": "Bearer nil"}, follow_redirects=False
    )
    assert (hidden.status_code, hidden.json()["error"]["code"]) == (404, "account_unknown")


def test_file_read_by_viewer_with_cookie(client, job):
    by_cookie = {"Authorization": "", "Cookie": "_token=vic"}
    address = f"/v1/accounts/default/jobs/{job}/files/1.jpg"
    assert client.get(address, headers=by_cookie, follow_redirects=False).status_code == 302


@pytest.mark.parametrize("path", ["2.jpg", "%2e%2e/1.jpg", "..%2f..%2fetc/passwd", "%2fetc/passwd", "a/%2e%2e/1.jpg"])
def test_file_outside_manifest_is_unknown(client, job, path):
    answer = client.get(f"/v1/accounts/default/jobs/{job}/files/{path}", follow_redirects=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


def test_workflow_answered_as_yaml_that_is_the_workflow_again(client, job):
    answer = client.get(f"/v1/accounts/default/jobs/{job}/workflow")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/yaml; charset=utf-8")
    workflow = WORKFLOWS["vod"]
    again = build_workflow(read_yaml(answer.text).plain(), load_presets(Path("/nonexistent")))
    assert freeze(again).hash == workflow.hash


def test_current_workflow_answered_in_the_form_of_the_jobs(client, backend, job):
    now = client.get(f"/v1/accounts/default/jobs/{job}/current-workflow")
    assert now.text == client.get(f"/v1/accounts/default/jobs/{job}/workflow").text
    assert now.headers["content-type"] == "application/yaml; charset=utf-8"
    backend.change(QUEUES.account("default"), job, workflow="gone")
    gone = client.get(f"/v1/accounts/default/jobs/{job}/current-workflow")
    assert (gone.status_code, gone.json()["error"]["code"]) == (422, "workflow_unknown")


def test_timeline_and_verification_answered_as_json_with_etag(client, job):
    timeline = client.get(f"/v1/accounts/default/jobs/{job}/timeline")
    assert (timeline.json()["dag_id"], timeline.json()["tasks"][0]["task"]) == ("media_vod", "probe")
    verification = client.get(f"/v1/accounts/default/jobs/{job}/verification")
    assert verification.json() == {"has_plan": False, "total": 1, "files": []}
    assert all("etag" in answer.headers for answer in (timeline, verification))


def test_announcements_and_renditions_answered_as_json_with_etag(client, job):
    announcements = client.get(f"/v1/accounts/default/jobs/{job}/announcements")
    assert announcements.json()["announcements"][0]["deliveries"][0]["target"] == "sqs jobs"
    renditions = client.get(f"/v1/accounts/default/jobs/{job}/renditions")
    assert renditions.json() == {"renditions": []}
    assert all("etag" in answer.headers for answer in (announcements, renditions))


@pytest.mark.parametrize(
    "address", ["timeline", "workflow", "verification", "renditions", "announcements", "current-workflow"]
)
def test_page_of_job_in_other_account_is_unknown(client, job, address):
    answer = client.get(f"/v1/accounts/tiny/jobs/{job}/{address}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_unknown")
