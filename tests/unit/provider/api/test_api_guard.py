"""Who is let in, and what never reaches a route."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_media.api.error_responses import ANSWERS
from airflow_provider_media.core.errors import MediaError, SubmissionError
from tests.unit.provider.api.memory_backend import QUEUES

SUBMIT = "/v1/accounts/default/ingest-requests"
SOURCE = "s3://media-in/uploads/a.mp4"
JOB = "0" * 32
OPEN = {"/console"}
"""What everybody may read: the files of the console, which hold no data."""
FILLED = {
    "{account}": "default",
    "{machine}": "review",
    "{execution}": "one",
    "{other}": "two",
    "{job_id}": JOB,
    "{name}": "a.mp4",
    "{video_id}": "17",
    "{activity}": "subtitles",
    "{dag_id}": "media_vod",
    "{run_id}": f"normal__{JOB}",
    "{workflow}": "vod",
    "{kind}": "workflows",
    "{version}": "1",
    "{priority}": "normal",
    "{path:path}": "1.jpg",
}


def routes(app):
    """Method and address of every route that the app has, documented or not."""
    found = [(method, route.path) for route in app.routes if route.path not in OPEN for method in sorted(route.methods)]
    return [(method, fill(path)) for method, path in found]


def fill(path):
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path


def dependencies(dependant):
    yield dependant.call
    for inner in dependant.dependencies:
        yield from dependencies(inner)


def test_every_route_asks_who_is_there(app):
    from airflow_provider_media.api.auth import deliberate, signed_in

    assert len(app.routes) > 10
    for route in app.routes:
        if route.path in OPEN:
            continue
        calls = set(dependencies(route.dependant))
        assert signed_in in calls, f"{route.path} is open to everybody"
        assert route.methods == {"GET"} or deliberate in calls, (
            f"{route.path} changes things for any page that has a cookie"
        )


def test_nobody_gets_anything_but_401_without_signing_in(app, client):
    for method, address in routes(app):
        answer = client.request(method, address, headers={"Authorization": ""}, content=b"{")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated"), address
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_hidden_account_answered_like_missing_account(app, client):
    for method, address in routes(app):
        if "/accounts/" in address:
            hidden = client.request(method, address, headers={"Authorization": "Bearer nil"}, json={})
            missing = client.request(method, address.replace("default", "nowhere"), json={})
            assert hidden.status_code == missing.status_code == 404, address
            assert hidden.json() == json.loads(missing.text.replace("nowhere", "default"))


def test_viewer_changes_nothing_and_gets_no_upload_url(app, client):
    for method, address in routes(app):
        if "/accounts/" in address and (method == "POST" or "upload-urls" in address):
            answer = client.request(method, address, headers={"Authorization": "Bearer vic"}, json={})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), address
    assert client.get("/v1/accounts/default/jobs", headers={"Authorization": "Bearer vic"}).status_code == 200


def test_a_cookie_alone_reads_but_changes_nothing(client):
    by_cookie = {"Authorization": "", "Cookie": "_token=ann"}
    assert client.get("/v1/accounts/default/jobs", headers=by_cookie).status_code == 200
    refused = client.post(SUBMIT, json={"source": SOURCE}, headers=by_cookie)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "cross_site_refused")
    assert (
        client.post(SUBMIT, json={"source": SOURCE}, headers=by_cookie | {"X-Requested-With": "fetch"}).status_code
        == 201
    )


def send(client, content, address=SUBMIT, **headers):
    return client.post(address, content=content, headers={"Content-Type": "application/json", **headers})


def test_body_over_one_mebibyte_refused_with_or_without_content_length(client, backend):
    content = json.dumps({"source": SOURCE, "video": "v" * 1024 * 1024}).encode()
    told = send(client, content)
    untold = send(client, iter([content[:1000], content[1000:]]))
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in (told, untold)] == [
        (413, "body_too_large")
    ] * 2
    assert not backend.jobs


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_plain_json_is_415(client, headers):
    answer = send(client, b'{"source": "s3://a/b.mp4"}', **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff{}",
        b'{"source": NaN}',
        b'{"source": 1e999}',
        b'{"source": [-1e999]}',
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"source": "s3://a/\\u0000.mp4"}',
        b'{"source": "s3://a/\\ud800.mp4"}',
        b'{"notify": [{"\\u0000": 1}]}',
    ],
)
def test_body_not_storable_json_object_is_422(client, content):
    answer = send(client, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request_invalid")


TEXTS = st.text() | st.sampled_from(
    [SOURCE, "low", "normal", "vod", "https://h/a.mp4", "https://[", "s3://a/../b", "//x", "@"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "source",
    "workflow",
    "priority",
    "output",
    "source_version",
    "idempotency_key",
    "notify",
    "video",
    "master",
    "profile",
    "callbacks",
]
TARGETS = st.lists(st.dictionaries(st.sampled_from(["url", "sqs", "sns", "mode", "connection"]), TEXTS), max_size=2)
BODIES = st.dictionaries(st.sampled_from([*FIELDS, "Records", "detail", "Type"]), VALUES) | st.fixed_dictionaries(
    {"source": TEXTS},
    optional={"priority": TEXTS, "output": TEXTS, "video": TEXTS, "idempotency_key": TEXTS, "notify": TARGETS},
)
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(
    body=BODIES
    | st.fixed_dictionaries({"master": st.fixed_dictionaries({"url": TEXTS}) | VALUES}, optional={"profile": TEXTS})
)
def test_whatever_is_sent_is_taken_or_refused_in_words(client, backend, body):
    before = len(backend.jobs)
    for address in (SUBMIT, "/v1/accounts/default/events/s3"):
        answer = send(client, json.dumps(body).encode(), address)
        assert answer.status_code in {200, 201, 409, 422, 429}, address
        if answer.status_code >= 400:
            told = answer.json()
            error = told[0] if isinstance(told, list) else told["error"]
            assert error["message"]
    assert len(backend.jobs) <= before + 1


@PROPERTY
@given(text=st.text(min_size=1))
def test_whatever_stands_in_an_address_is_answered(client, text):
    from urllib.parse import quote

    part = quote(text, safe="", errors="surrogatepass")
    for address in (
        f"{part}/jobs",
        f"default/jobs/{part}",
        f"default/jobs?video={part}&cursor={part}",
        f"default/upload-urls/{part}",
    ):
        answer = client.get(f"/v1/accounts/{address}")
        assert answer.status_code in {200, 404, 405, 422}, address


def test_unknown_address_or_method_answered_in_common_error_form(client):
    nowhere, method = client.get("/v2/anything"), client.delete("/v1/accounts/default/jobs")
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "not_found")
    assert (method.status_code, method.json()["error"]["code"], method.headers["Allow"]) == (
        405,
        "method_not_allowed",
        "GET",
    )


@pytest.mark.parametrize("lost", ["connection", "pool"])
def test_a_database_that_is_away_is_worth_another_try(client, backend, monkeypatch, lost):
    from sqlalchemy import exc

    errors = {
        "connection": exc.OperationalError("SELECT secret", {}, Exception("no route to 10.0.0.7")),
        "pool": exc.TimeoutError("QueuePool limit of size 5 reached, connecting to 10.0.0.7"),
    }

    def broken(*_):
        raise errors[lost]

    monkeypatch.setattr(backend, "record", broken)
    monkeypatch.setattr(backend, "find_jobs", broken)
    for answer in (send(client, b'{"source": "s3://media-in/a.mp4"}'), client.get("/v1/accounts/default/jobs")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
        assert answer.headers["Retry-After"] == "5"
        assert "secret" not in answer.text
        assert "10.0.0.7" not in answer.text


def test_a_surprise_is_told_without_its_words(app, backend):
    from fastapi.testclient import TestClient

    class Broken:
        @property
        def accounts(self):
            raise RuntimeError("hunter2")

    backend.queues = Broken()
    client = TestClient(app, raise_server_exceptions=False)
    answer = client.get("/v1/accounts/default/jobs", headers={"Authorization": "Bearer ann"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert "hunter2" not in answer.text


def test_every_error_of_a_submission_has_its_http_status(app):
    def below(cls: type[MediaError]) -> set[str]:
        return {cls.code}.union(*(below(each) for each in cls.__subclasses__()))

    assert below(SubmissionError) <= set(ANSWERS)


def test_rate_limits_account_gets_bucket_size_then_refill_rate():
    from airflow_provider_media.api.errors import RateLimited
    from airflow_provider_media.api.rate import RateLimits

    now = 0.0
    account = QUEUES.account("acme").model_copy(update={"requests_per_second": 4})
    limits = RateLimits(clock=lambda: now)
    for _ in range(4):
        limits.take(account)
    with pytest.raises(RateLimited) as refused:
        limits.take(account)
    assert refused.value.detail["retry_after"] == 1
    limits.take(QUEUES.account("default"))
    now = 0.25
    limits.take(account)
    with pytest.raises(RateLimited):
        limits.take(account)


@pytest.mark.parametrize(
    "path",
    [
        "runs/media_vod%00/normal__1/job",
        "runs/media_vod/normal__1%00/job",
        "state-machines/review/executions/one%00",
        "state-machines/review%00/executions/one/states",
        "state-machines/review/executions/one/differences/two%00",
        "workflows/vod/runs/one%00/page",
        "accounts/default/jobs/" + "%00" * 32,
    ],
)
def test_path_that_no_database_takes_leads_nowhere(client, path):
    answer = client.get(f"/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
