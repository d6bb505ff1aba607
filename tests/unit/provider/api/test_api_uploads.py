from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.api.examples import EVENTBRIDGE_EVENT, S3_EVENT

EVENTS = "/v1/accounts/default/events/s3"


def test_upload_url_has_unique_key_and_warns_of_low_priority(client):
    first, second = (client.get("/v1/accounts/default/upload-urls/My Lecture.mp4") for _ in range(2))
    told = first.json()
    assert first.status_code == 200
    assert told["object_key"].endswith("/My Lecture.mp4")
    assert told["object_key"] != second.json()["object_key"]
    assert told["api_request_url"] == f"s3://{told['bucket']}/{told['object_key']}"
    assert "low" in told["warning"]
    left = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    assert first.headers["Cache-Control"] == "no-store"


def test_uploaded_file_can_be_submitted_by_its_api_request_url(client):
    uri = client.get("/v1/accounts/default/upload-urls/a.mp4").json()["api_request_url"]
    answer = client.post("/v1/accounts/default/ingest-requests", json={"master": {"url": uri}})
    assert answer.status_code == 201


@pytest.mark.parametrize("name", ["..", "a%5Cb.mp4", "a%00.mp4", "x" * 256])
def test_a_name_that_is_no_file_name_is_refused(client, name):
    answer = client.get(f"/v1/accounts/default/upload-urls/{name}")
    assert answer.status_code in {404, 422}
    assert answer.json()["error"]["code"] in {"request_invalid", "not_found"}


def test_an_account_without_a_place_for_uploads_says_so(client):
    answer = client.get("/v1/accounts/tiny/upload-urls/a.mp4")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "uploads_off")


def test_a_storage_that_is_down_is_worth_another_try(client, backend):
    backend.storage_is_down = True
    answer = client.get("/v1/accounts/default/upload-urls/a.mp4")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage_failed")
    assert "Retry-After" in answer.headers


def test_upload_event_repeated_in_any_form_starts_one_job(client, backend):
    answers = [client.post(EVENTS, json=event) for event in (S3_EVENT, S3_EVENT, EVENTBRIDGE_EVENT)]
    told = [answer.json()["jobs"][0] for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {job["source"] for job in told} == {"s3://media-in/uploads/first lecture.mp4"}
    assert [job["created"] for job in told] == [True, False, False]
    assert {job["job"] for job in told} == {job.id for job in backend.jobs.values()}


def test_upload_event_reaches_only_push_workflows_of_its_account(client):
    assert [job["workflow"] for job in client.post(EVENTS, json=S3_EVENT).json()["jobs"]] == ["vod"]
    assert [
        job["workflow"] for job in client.post(EVENTS.replace("default", "acme"), json=S3_EVENT).json()["jobs"]
    ] == ["theirs"]


def test_upload_to_paused_workflow_still_creates_job(client, backend):
    backend.paused.add("vod")
    answer = client.post(EVENTS, json=S3_EVENT)
    assert (answer.status_code, [job["created"] for job in answer.json()["jobs"]]) == (200, [True])


def test_reprocess_with_paused_workflow_refused(client, backend):
    backend.paused.add("vod")
    answer = client.post(
        "/v1/accounts/default/reprocess-requests", json={"source": "s3://media-in/uploads/a.mp4", "workflow": "vod"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "workflow_paused")


def test_what_a_job_has_made_starts_no_job(client, backend):
    backend.outputs.add("s3://media-in/uploads/first lecture.mp4")
    assert client.post(EVENTS, json=S3_EVENT).json() == {"jobs": []}
    assert not backend.jobs


def test_what_tells_of_no_upload_is_refused(client):
    answer = client.post(EVENTS, json={"hello": "world"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request_invalid")


def test_reprocess_on_request_again_but_once_per_idempotency_key(client, backend):
    client.post(EVENTS, json=S3_EVENT)
    again = "/v1/accounts/default/reprocess-requests"
    body = {"source": "s3://media-in/uploads/first lecture.mp4", "workflow": "vod"}
    answers = [client.post(again, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)] + [
        client.post(again, json=body)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len(backend.jobs) == 3
    first, same, _ = (answer.json()["jobs"][0] for answer in answers)
    assert (first["job"], first["created"], same["created"]) == (same["job"], True, False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"source": "s3://media-in/elsewhere.mp4"}, "workflow_unknown"),
        ({"source": "s3://media-in/uploads/a.mp4", "workflow": "other"}, "workflow_unknown"),
        ({"source": "https://host/a.mp4"}, "request_invalid"),
        ({"source": "s3://media-in/uploads/a.mp4", "priority": "low"}, "request_invalid"),
        ({}, "request_invalid"),
    ],
)
def test_what_cannot_be_processed_again_is_refused(client, backend, body, code):
    answer = client.post("/v1/accounts/default/reprocess-requests", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert not backend.jobs
