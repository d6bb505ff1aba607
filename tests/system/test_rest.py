"""The REST API in the real Airflow, before its real users, queues and database."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from airflow_provider_media.api.examples import BRIGHTCOVE_DEFAULT, BRIGHTCOVE_LOW, BRIGHTCOVE_NORMAL, S3_EVENT
from demo.stack import Stack
from tests.stacks import lay_out_project, project_stack
from tests.system.rest_client import connect, submit, upload, wait

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]
# A scheduled job would fetch these sources; the queues of the first two accounts are held, so that only what is
# submitted counts.
QUEUES = {
    "accounts": {
        "default": {
            "workflow": "facts",
            "profiles": {"multi-platform-extended-static": "facts"},
            "uploads": {"location": "s3://media-in/uploads/", "connection": "media_s3"},
        },
        "tiny": {"workflow": "facts", "limits": {"active": 1, "waiting": {"normal": 1, "low": 1}}},
        "slow": {"workflow": "facts", "requests_per_second": 0.1},
    }
}
FACTS = """\
name: facts
trigger: {bucket: media-in, prefix: uploads/, connection: media_s3, events: push}
output: {location: s3://media-out/, connection: media_s3}
outputs:
  facts: {kind: probe_report}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Airflow with three accounts, a workflow, an administrator, and one who may only look."""
    top = tmp_path_factory.mktemp("rest")
    include = {"workflows/facts.yaml": FACTS, "queues.yaml": json.dumps(QUEUES)}
    lay_out_project(top, "media_ingest.py", "media_workflows.py", include=include)
    options = {
        "core.simple_auth_manager_users": "admin:admin,looker:viewer,submitter:user,operator:op",
        "media.retries": "0",
    }
    with project_stack(top, options=options) as running:
        for account in ("", "__tiny", "__slow"):
            for priority in ("normal", "low"):
                running.wait_for_dag(f"media_ingest_{priority}{account}")
                running.api("PATCH", f"dags/media_ingest_{priority}{account}", {"is_paused": True})
        running.wait_for_dag("media_facts")
        yield running


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Iterator[httpx.Client]:
    with connect(stack.airflow_url, "admin", stack.password) as client:
        yield client


@pytest.fixture(scope="module")
def looker(stack: Stack) -> Iterator[httpx.Client]:
    passwords = json.loads((stack.home / "passwords.json").read_text())
    with connect(stack.airflow_url, "looker", passwords["looker"]) as client:
        yield client


def of(client: httpx.Client, account: str, path: str) -> str:
    return str(client.base_url).replace("/default/", f"/{account}/") + path


def routes(admin: httpx.Client) -> list[tuple[str, str]]:
    server = str(admin.base_url).partition("/media/")[0]
    document = admin.get(f"{server}/media/openapi.json").json()
    filled = {
        "{machine}": "review",
        "{execution}": "one",
        "{account}": "default",
        "{job_id}": "0" * 32,
        "{name}": "a.mp4",
        "{video_id}": "17",
    }
    found = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    for name, value in filled.items():
        found = [(method, path.replace(name, value)) for method, path in found]
    return [
        (method, f"{server}{document['servers'][0]['url']}{path}")
        for method, path in [*found, ("GET", "/openapi.json"), ("GET", "/docs")]
    ]


def test_nobody_gets_in_without_a_token_that_holds(admin: httpx.Client) -> None:
    listed = routes(admin)
    assert len(listed) > 10
    for method, address in listed:
        for headers in (
            {},
            {"Authorization": "Bearer e30.e30.e30"},
            {"Authorization": "Basic YTpi"},
            {"Cookie": "_token=e30.e30.e30"},
        ):
            answer = httpx.request(method, address, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated"), (
                method,
                address,
                headers,
            )


def test_one_who_may_only_look_looks(looker: httpx.Client) -> None:
    assert looker.get("jobs").status_code == 200
    answer = looker.post("ingest-requests", json=BRIGHTCOVE_LOW)
    assert (answer.status_code, answer.json()[0]["error_code"]) == (403, "UNAUTHORIZED")
    assert looker.get("upload-urls/a.mp4").status_code == 403


@pytest.mark.parametrize("name", ["submitter", "operator"])
def test_submitter_and_operator_of_permissions_page_submit_and_cancel(stack: Stack, name: str) -> None:
    password = json.loads((stack.home / "passwords.json").read_text())[name]
    with connect(stack.airflow_url, name, password) as client:
        job = (
            client.post("ingest-requests", json={"source": f"s3://media-in/{name}.mp4"}).raise_for_status().json()["id"]
        )
        assert client.post(f"jobs/{job}/cancel").json()["state"] == "cancelled"
        pool = {"name": "default_pool", "slots": 64, "include_deferred": False}
        changed = client.patch(f"{stack.airflow_url}/api/v2/pools/default_pool?update_mask=slots", json=pool)
        assert changed.status_code == {"submitter": 403, "operator": 200}[name]


def test_a_cookie_alone_changes_nothing(admin: httpx.Client) -> None:
    cookie = {"Cookie": f"_token={admin.headers['Authorization'].removeprefix('Bearer ')}"}
    assert httpx.get(of(admin, "default", "jobs"), headers=cookie).status_code == 200
    answer = httpx.post(of(admin, "default", "ingest-requests"), json=BRIGHTCOVE_LOW, headers=cookie)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site_refused")


def test_brightcove_samples_are_accepted_and_readable_at_once(admin: httpx.Client) -> None:
    jobs = []
    for sample in (BRIGHTCOVE_LOW, BRIGHTCOVE_NORMAL, BRIGHTCOVE_DEFAULT):
        answer = admin.post("ingest-requests", json=sample)
        assert answer.status_code == 201, answer.text
        jobs.append(httpx.get(str(admin.base_url.join(answer.headers["Location"])), headers=admin.headers).json())
    assert [job["priority"] for job in jobs] == ["low", "normal", "normal"]
    assert {(job["state"], job["workflow"], job["source"]) for job in jobs} == {
        ("waiting", "facts", "https://host/master.mp4")
    }
    assert [job["position"] for job in jobs] == [1, 1, 2]
    assert admin.get(f"jobs/{jobs[0]['id']}").json()["position"] == 3
    listed = admin.get("jobs", params={"state": "waiting", "priority": "normal", "limit": 1}).json()
    assert [job["id"] for job in listed["jobs"]] == [jobs[2]["id"]]
    following = admin.get(
        "jobs", params={"state": "waiting", "priority": "normal", "limit": 1, "cursor": listed["next"]}
    ).json()
    assert [job["id"] for job in following["jobs"]] == [jobs[1]["id"]]
    queues = admin.get("queues").json()["queues"]
    assert (queues["normal"]["waiting"], queues["low"]["waiting"], queues["low"]["paused"]) == (2, 1, True)
    for job in jobs:
        assert admin.post(f"jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    assert admin.post(f"jobs/{jobs[0]['id']}/cancel").json()["error"]["code"] == "job_ended"
    # Its end is announced once the queue goes on.
    assert admin.post(f"jobs/{jobs[0]['id']}/retry").json()["error"]["code"] == "job_not_ended"


def test_another_priority_is_refused_in_the_form_of_the_request(admin: httpx.Client) -> None:
    theirs = admin.post("ingest-requests", json={**BRIGHTCOVE_LOW, "priority": "high"})
    ours = admin.post("ingest-requests", json={"source": "s3://media-in/a.mp4", "priority": "high"})
    assert (theirs.status_code, theirs.json()[0]["error_code"]) == (422, "UNPROCESSABLE_ENTITY")
    assert (ours.status_code, ours.json()["error"]["code"]) == (422, "priority_unknown")


def test_idempotency_key_is_one_job_and_another_body_conflicts(admin: httpx.Client) -> None:
    first, again = (submit(admin, {"source": "s3://media-in/one.mp4"}, "one") for _ in range(2))
    assert (first["id"], first["created"], again["created"]) == (again["id"], True, False)
    conflict = admin.post(
        "ingest-requests", json={"source": "s3://media-in/two.mp4"}, headers={"Idempotency-Key": "one"}
    )
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "idempotency_conflict")
    busy = admin.post("ingest-requests", json={"source": "s3://media-in/one.mp4"})
    assert (busy.status_code, busy.json()["error"]["detail"]["job_id"]) == (409, first["id"])


def test_full_queue_is_429_and_jobs_unknown_to_other_accounts(admin: httpx.Client) -> None:
    answers = [
        admin.post(of(admin, "tiny", "ingest-requests"), json={"source": f"s3://media-in/{number}.mp4"})
        for number in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert (answers[1].json()["error"]["code"], answers[1].headers["Retry-After"]) == ("queue_full", "10")
    job = answers[0].json()["id"]
    assert admin.get(of(admin, "tiny", f"jobs/{job}")).status_code == 200
    for method, path in (("GET", f"jobs/{job}"), ("POST", f"jobs/{job}/cancel"), ("POST", f"jobs/{job}/retry")):
        answer = admin.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_unknown")
    assert admin.get(of(admin, "nowhere", "jobs")).json()["error"]["code"] == "account_unknown"


def test_account_over_rate_limit_gets_429_with_retry_after(admin: httpx.Client) -> None:
    answers = [admin.get(of(admin, "slow", "jobs")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 10


def test_an_upload_that_is_told_of_twice_is_one_job(admin: httpx.Client, stack: Stack) -> None:
    told = [admin.post("events/s3", json=S3_EVENT).json()["jobs"][0] for _ in range(2)]
    assert [job["created"] for job in told] == [True, False]
    assert admin.get(f"jobs/{told[0]['job']}").json()["source"] == "s3://media-in/uploads/first lecture.mp4"
    stack.api("PATCH", "dags/media_facts", {"is_paused": True})
    other = json.loads(json.dumps(S3_EVENT).replace("0055AED6", "0055AED7"))
    (held,) = admin.post("events/s3", json=other).json()["jobs"]
    assert admin.get(f"jobs/{held['job']}").json()["hold"]["code"] == "workflow_paused"
    stack.api("PATCH", "dags/media_facts", {"is_paused": False})


def make_buckets(stack: Stack) -> None:
    import boto3
    from botocore.config import Config

    from demo import ministack

    s3 = boto3.client(
        "s3", endpoint_url=stack.s3_endpoint, region_name=ministack.REGION, aws_access_key_id=ministack.KEY_ID,
        aws_secret_access_key=ministack.SECRET, config=Config(s3={"addressing_style": "path"}),
    )  # fmt: skip
    for bucket in ("media-in", "media-out"):
        s3.create_bucket(Bucket=bucket)


def test_upload_is_stored_where_requested_and_its_job_succeeds(
    admin: httpx.Client, stack: Stack, tmp_path: Path
) -> None:
    from tests import media

    make_buckets(stack)
    source = upload(admin, "my clip.mp4", media.clip(tmp_path / "clip.mp4").read_bytes())
    assert source.endswith("/my clip.mp4")
    job = submit(admin, {"source": source}, "clip")["id"]
    stack.api("PATCH", "dags/media_ingest_normal", {"is_paused": False})
    done = wait(admin, job, seconds=0.2)
    assert (done["state"], done["errors"]) == ("succeeded", [])
    assert [output["uri"].rpartition("/")[2] for output in done["outputs"]]
    assert admin.post(f"jobs/{job}/retry").json()["error"]["code"] == "job_ended"
