import pytest

from airflow_provider_media.core.job_states import JobState
from tests.unit.provider.api.memory_backend import QUEUES


@pytest.fixture
def submitted(client):
    def submit(number, account="default", **fields):
        body = {"source": f"s3://media-in/uploads/{number}.mp4", **fields}
        return client.post(f"/v1/accounts/{account}/ingest-requests", json=body).json()["id"]

    return submit


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [job["id"] for job in answer.json()["jobs"]]


def test_jobs_are_listed_the_latest_first_and_in_pages(client, submitted):
    made = [submitted(number) for number in range(5)]
    first = client.get("/v1/accounts/default/jobs", params={"limit": 3})
    rest = client.get("/v1/accounts/default/jobs", params={"limit": 3, "cursor": first.json()["next"]})
    assert ids(first) + ids(rest) == made[::-1]
    assert rest.json()["next"] is None


def test_jobs_are_filtered_by_all_that_is_asked_for(client, backend, submitted):
    low, normal, other = submitted(1, priority="low"), submitted(2), submitted(3, workflow="plain", video="v")
    backend.change(QUEUES.account("default"), normal, state=JobState.FAILED)
    asked = lambda **wanted: ids(client.get("/v1/accounts/default/jobs", params=wanted))
    assert asked(priority="low") == [low]
    assert asked(state=["failed", "cancelled"]) == [normal]
    assert asked(workflow="plain", video="v") == [other]
    assert asked(workflow="plain", priority="low") == []
    assert asked(text="1.MP4") == [low]
    moment = backend.jobs["default", normal].submitted_at.isoformat()
    assert asked(submitted_after=moment) == [other, normal]
    assert asked(submitted_before=moment) == [low]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stat", "failed"),
        ("state", "gone"),
        ("priority", "high"),
        ("workflow", "../x"),
        ("video", "a\0b"),
        ("submitted_after", "2026-11-22"),
        ("submitted_after", "2026-11-22T08:00:00"),
        ("submitted_after", "1764000000"),
        ("submitted_before", " -17.5 "),
        ("submitted_after", "0001-01-01T00:00:00+14:00"),
        ("limit", "0"),
        ("limit", "201"),
        ("cursor", "²"),
        ("cursor", "9" * 30),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_its_name(client, name, value):
    answer = client.get("/v1/accounts/default/jobs", params={name: value})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "request_invalid"
    assert error["detail"]["field"].startswith(name)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("stat", "failed", "stat: is not known here; /media/docs lists what is"),
        ("submitted_after", "0001-01-01T00:00:00+14:00", "submitted_after: lies outside of the years 1 to 9999"),
    ],
)
def test_what_is_wrong_with_a_filter_is_told_in_words(client, name, value, said):
    assert client.get("/v1/accounts/default/jobs", params={name: value}).json()["error"]["message"] == said


def test_the_job_of_another_account_is_unknown_in_this_one(client, submitted):
    job = submitted(1, "tiny")
    assert client.get(f"/v1/accounts/tiny/jobs/{job}").status_code == 200
    for method, address in [("GET", job), ("POST", f"{job}/cancel"), ("POST", f"{job}/retry")]:
        answer = client.request(method, f"/v1/accounts/default/jobs/{address}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_unknown")
    assert client.get(f"/v1/accounts/tiny/jobs/{job}").json()["state"] == "running"


def test_thumbnail_of_job_is_path_of_its_route(client, backend, submitted):
    job = submitted(1)
    backend.change(QUEUES.account("default"), job, thumbnail="s3://media-out/1.jpg")
    path = f"/media/v1/accounts/default/jobs/{job}/thumbnail"
    assert client.get(f"/v1/accounts/default/jobs/{job}").json()["thumbnail"] == path
    (listed,) = client.get("/v1/accounts/default/jobs", params={"details": "true"}).json()["jobs"]
    assert (listed["thumbnail"], listed["file_name"]) == (path, "1.mp4")


@pytest.mark.parametrize("job", ["x", "0" * 31, "0" * 33, "G" * 32, "0" * 31 + "%0A"])
def test_what_is_no_id_is_the_id_of_no_job(client, job):
    answer = client.get(f"/v1/accounts/default/jobs/{job}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_unknown")


def test_cancel_job_once_retry_only_after_it_has_ended(client, submitted):
    job = f"/v1/accounts/default/jobs/{submitted(1)}"
    early = client.post(f"{job}/retry")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "job_not_ended")
    cancelled = client.post(f"{job}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    late = client.post(f"{job}/cancel")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "job_ended")
    again = client.post(f"{job}/retry")
    assert (again.status_code, again.json()["retries"]) == (202, 1)


def test_priority_of_waiting_job_is_changed(client, backend, submitted):
    job = submitted(1, priority="low")
    backend.change(QUEUES.account("default"), job, state=JobState.WAITING)
    answer = client.post(f"/v1/accounts/default/jobs/{job}/priority", json={"priority": "normal"})
    assert (answer.status_code, answer.json()["id"], answer.json()["priority"]) == (200, job, "normal")


def test_priority_is_refused_for_full_queue_begun_and_ended_job(client, backend, submitted):
    change = lambda job: client.post(f"/v1/accounts/tiny/jobs/{job}/priority", json={"priority": "low"})
    running, waiting = submitted(1, "tiny"), submitted(2, "tiny")
    full, begun = change(waiting), change(running)
    assert (full.status_code, full.json()["error"]["code"]) == (429, "queue_full")
    assert int(full.headers["Retry-After"]) > 0
    assert (begun.status_code, begun.json()["error"]["code"]) == (409, "job_begun")
    backend.change(QUEUES.account("tiny"), running, state=JobState.SUCCEEDED)
    ended = change(running)
    assert (ended.status_code, ended.json()["error"]["code"]) == (409, "job_ended")


@pytest.mark.parametrize("body", [{}, {"priority": "high"}, {"priority": None}, {"priority": "low", "rank": 1}])
def test_priority_needs_a_body_that_names_one(client, submitted, body):
    answer = client.post(f"/v1/accounts/default/jobs/{submitted(1)}/priority", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request_invalid")


def test_resubmitted_job_is_a_new_one_of_the_same_request(client, backend, submitted):
    job = submitted(1, priority="low", output="s3://media-out/17/", video="v")
    busy = client.post(f"/v1/accounts/default/jobs/{job}/resubmit")
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "source_busy")
    backend.change(QUEUES.account("default"), job, state=JobState.SUCCEEDED)
    answer = client.post(f"/v1/accounts/default/jobs/{job}/resubmit")
    assert (answer.status_code, answer.json()["created"]) == (201, True)
    assert answer.headers["Location"].endswith(answer.json()["id"])
    old, new = (client.get(f"/v1/accounts/default/jobs/{each}").json() for each in (job, answer.json()["id"]))
    assert old["id"] != new["id"]
    same = ("source", "workflow", "priority", "output", "video")
    assert [old[name] for name in same] == [new[name] for name in same]


@pytest.mark.parametrize("action", ["priority", "resubmit"])
def test_user_who_may_only_read_changes_no_job(client, submitted, action):
    answer = client.post(
        f"/v1/accounts/default/jobs/{submitted(1)}/{action}",
        json={"priority": "low"},
        headers={"Authorization": "Bearer vic"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_queues_tell_what_is_in_them_and_what_may_be(client, submitted):
    submitted(1, "tiny")
    submitted(2, "tiny")
    queues = client.get("/v1/accounts/tiny/queues").json()
    assert (queues["active"], queues["slots"]) == (1, 1)
    assert (queues["queues"]["normal"]["waiting"], queues["queues"]["low"]["waiting_limit"]) == (1, 0)


def test_errors_of_a_job_say_what_to_do_next(client, backend, submitted):
    job = submitted(1)
    errors = ({"code": "source_not_media", "message": "It is a text."}, {"code": "of_a_later_version", "message": "?"})
    backend.change(QUEUES.account("default"), job, state=JobState.FAILED, errors=errors)
    known, unknown = client.get(f"/v1/accounts/default/jobs/{job}").json()["errors"]
    assert known["advice"].endswith(".")
    assert "advice" not in unknown
