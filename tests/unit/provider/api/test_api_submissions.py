import pytest

from airflow_provider_media.api.examples import BRIGHTCOVE_DEFAULT, BRIGHTCOVE_LOW, BRIGHTCOVE_NORMAL, REQUESTS

SUBMIT = "/v1/accounts/default/ingest-requests"
SOURCE = "s3://media-in/uploads/a.mp4"


def submit(client, body, account="default", **headers):
    return client.post(f"/v1/accounts/{account}/ingest-requests", json=body, headers=headers)


@pytest.mark.parametrize("name", REQUESTS)
def test_every_documented_request_is_taken(client, backend, name):
    answer = submit(client, REQUESTS[name]["value"])
    assert answer.status_code == 201, answer.text
    assert ("default", answer.json()["id"]) in backend.jobs


def test_brightcove_samples_first_is_low_other_two_equal_normal(client, backend):
    ids = [submit(client, body).json()["id"] for body in (BRIGHTCOVE_LOW, BRIGHTCOVE_NORMAL, BRIGHTCOVE_DEFAULT)]
    jobs = [backend.jobs["default", each] for each in ids]
    assert [job.priority for job in jobs] == ["low", "normal", "normal"]
    assert {(job.workflow, job.source, job.output) for job in jobs} == {
        ("vod", "https://host/master.mp4", "s3://media-out/")
    }


def test_submitted_job_readable_at_once_at_location_header(client):
    answer = submit(client, {"source": SOURCE})
    assert answer.headers["Location"] == f"/media/v1/accounts/default/jobs/{answer.json()['id']}"
    read = client.get(answer.headers["Location"].removeprefix("/media"))
    assert (read.status_code, read.json()["source"]) == (200, SOURCE)


def test_the_same_idempotency_key_gives_the_same_job_with_200(client):
    first = submit(client, {"source": SOURCE, "idempotency_key": "k"})
    again = submit(client, {"source": SOURCE}, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["created"], again.json()["created"]) == (True, False)


def test_submission_to_paused_workflow_is_a_conflict_with_a_code(client, backend):
    backend.paused.add("vod")
    answer = submit(client, {"source": SOURCE})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "workflow_paused")
    assert submit(client, BRIGHTCOVE_LOW).json()[0]["error_code"] == "NOT_SUBMITTED"


def test_workflows_are_listed_with_whether_they_are_paused(client, backend):
    backend.paused.add("vod")
    listed = client.get("/v1/accounts/default/workflows").json()["workflows"]
    assert {each["name"]: each["paused"] for each in listed} == {
        "looking": False,
        "plain": False,
        "theirs": False,
        "told": False,
        "vod": True,
    }


def test_workflow_is_read_with_its_settings_and_without_addresses(client):
    found = client.get("/v1/accounts/default/workflows/told").json()
    assert (found["name"], found["settings"]["priority"]) == ("told", "normal")
    assert found["notifications"] == ["https://cms.example.com/hooks/media"]
    assert "token=1" not in str(found)
    unknown = client.get("/v1/accounts/default/workflows/none")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "workflow_unknown")
    closed = client.get("/v1/accounts/default/workflows/told", headers={"Authorization": "Bearer nil"})
    assert closed.json()["error"]["code"] == "account_unknown"


def test_an_idempotency_key_with_another_body_is_a_conflict(client):
    submit(client, {"source": SOURCE, "idempotency_key": "k"})
    answer = submit(client, {"source": "s3://media-in/uploads/b.mp4", "idempotency_key": "k"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_conflict")


def test_brightcove_video_in_process_refused_until_its_job_ends(client):
    address = "/v1/accounts/default/videos/17/ingest-requests"
    first = client.post(address, json=BRIGHTCOVE_LOW)
    busy = client.post(address, json=BRIGHTCOVE_NORMAL)
    assert (first.status_code, busy.status_code) == (201, 409)
    assert busy.json()[0]["error_code"] == "NOT_SUBMITTED"
    client.post(f"/v1/accounts/default/jobs/{first.json()['id']}/cancel")
    assert client.post(address, json=BRIGHTCOVE_NORMAL).status_code == 201


@pytest.mark.parametrize("address", ["ingest-requests", "videos/17/ingest-requests"])
def test_unusable_account_error_has_form_of_request(client, address):
    brightcove, own = (
        client.post(f"/v1/accounts/nobody/{address}", json=body) for body in (BRIGHTCOVE_LOW, {"source": SOURCE})
    )
    assert (brightcove.status_code, brightcove.json()[0]["error_code"]) == (404, "RESOURCE_NOT_FOUND")
    assert (own.status_code, own.json()["error"]["code"]) == (404, "account_unknown")
    seen = client.post(f"/v1/accounts/default/{address}", json=BRIGHTCOVE_LOW, headers={"Authorization": "Bearer vic"})
    assert (seen.status_code, seen.json()[0]["error_code"]) == (403, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"source": SOURCE, "priority": "high"}, "priority_unknown", "priority"),
        ({"source": SOURCE, "priority": 1}, "priority_unknown", "priority"),
        ({"source": SOURCE, "workflow": "nope"}, "workflow_unknown", "workflow"),
        ({}, "request_invalid", "source"),
        ({"source": SOURCE, "prioriti": "low"}, "request_invalid", "prioriti"),
        ({"source": "s3://media-in/"}, "request_invalid", "source"),
        ({"source": "ftp://host/a.mp4"}, "request_invalid", "source"),
        ({"source": SOURCE, "notify": [{"url": "https://user:hunter2@host/"}]}, "request_invalid", "notify.0.url"),
    ],
)
def test_a_wrong_field_is_named(client, backend, body, code, field):
    answer = submit(client, body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["detail"]["field"]) == (code, field)
    assert "hunter2" not in answer.text
    assert not backend.jobs


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"priority": "urgent"}, 422, "UNPROCESSABLE_ENTITY"),
        ({"profile": "nope"}, 422, "PROFILE"),
        ({"callbacks": ["https://host/"]}, 422, "UNPROCESSABLE_ENTITY"),
    ],
)
def test_brightcoves_form_is_answered_in_brightcoves_form(client, change, status, code):
    answer = submit(client, {**BRIGHTCOVE_LOW, **change})
    assert answer.status_code == status
    assert [list(error) for error in answer.json()] == [["error_code", "message"]]
    assert answer.json()[0]["error_code"] == code


def test_one_job_more_than_may_wait_is_answered_with_429(client):
    sources = [{"source": f"s3://media-in/uploads/{number}.mp4"} for number in range(3)]
    answers = [submit(client, body, "tiny") for body in sources]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert [answer.json()["state"] for answer in answers[:2]] == ["running", "waiting"]
    assert answers[2].json()["error"]["code"] == "queue_full"
    assert int(answers[2].headers["Retry-After"]) > 0
    refused = submit(client, BRIGHTCOVE_LOW | {"profile": "vod"}, "tiny")
    assert (refused.status_code, refused.json()[0]["error_code"]) == (429, "RATE_LIMIT_EXCEEDED")


def test_rate_limited_submission_is_429_before_body_is_read(client, backend):
    assert submit(client, {"source": SOURCE}, "acme").status_code == 201
    answer = submit(client, "no object", "acme")
    assert (answer.status_code, answer.json()["error"]["code"], answer.headers["Retry-After"]) == (
        429,
        "rate_limited",
        "1",
    )
    assert len(backend.jobs) == 1


def test_location_outside_account_is_403_in_form_of_request(client, backend):
    assert (
        submit(client, {"source": "s3://media-in/kept/a.mp4", "output": "s3://media-out/kept/1/"}, "kept").status_code
        == 201
    )
    for field, body in (
        ("source", {"source": "s3://media-in/other/a.mp4"}),
        ("output", {"source": "s3://media-in/kept/b.mp4", "output": "s3://media-out/other/"}),
    ):
        answer = submit(client, body, "kept")
        told = answer.json()["error"]
        assert (answer.status_code, told["code"], told["detail"]) == (403, "location_forbidden", {"field": field})
    theirs = submit(client, BRIGHTCOVE_LOW | {"profile": "vod"}, "kept")
    assert (theirs.status_code, theirs.json()[0]["error_code"]) == (403, "UNAUTHORIZED")
    assert len(backend.jobs) == 1
