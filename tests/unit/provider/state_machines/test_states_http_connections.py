"""HTTP tasks have their secrets from Airflow's connections, and take them nowhere but to the connection's own
server.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from airflow.sdk.log import redact

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.state_machines.resources import http_task

ARN = "arn:aws:events:eu-west-1:123456789012:connection/studio/81210c42-8af1-456b-9c4a-6ff02fc664ac"
SECRET, TOKEN = "correct-horse-battery", "token-of-the-day"


class Api(BaseHTTPRequestHandler):
    """Keeps what it is sent; gives tokens at /token to whoever knows the secret, and shows what it was sent at
    /shown.
    """

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.path, headers, body))
        status, answer = 200, {"done": True}
        if self.path == "/token":
            known = headers["authorization"] == basic("studio-id", SECRET)
            status, answer = (
                (200, {"access_token": TOKEN}) if known else (401, {"error": "invalid_client", "sent": SECRET})
            )
        if self.path == "/shown":
            status, answer = 500, headers
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "image/png" if self.path == "/picture" else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as running:
        running.seen = []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def connect(monkeypatch, server):
    def connect(**fields):
        given = {"conn_type": "http", "host": "127.0.0.1", "port": server.server_port, **fields}
        monkeypatch.setenv("AIRFLOW_CONN_STUDIO", json.dumps(given))

    return connect


def basic(login, password):
    return f"Basic {base64.b64encode(f'{login}:{password}'.encode()).decode()}"


def call(server, path="/api", *, connection=None, **more):
    host = f"127.0.0.1:{server.server_port}"
    arguments = {
        "ApiEndpoint": f"http://{host}{path}",
        "Method": "POST",
        "Authentication": connection or {"ConnectionArn": ARN},
        **more,
    }
    return http_task.invoke({name: value for name, value in arguments.items() if value is not None}, frozenset({host}))


def failure(*arguments, **more):
    with pytest.raises(TaskFailed) as raised:
        call(*arguments, **more)
    return raised.value


@pytest.mark.parametrize("arn", [ARN, "studio"])
@pytest.mark.parametrize("place", ["Authentication", "InvocationConfig"])
def test_login_and_password_become_basic_authorization_for_either_connection_field(server, connect, place, arn):
    connect(login="ann", password=SECRET)
    call(server, **{"Authentication": None, place: {"ConnectionArn": arn}})
    assert server.seen[-1][1]["authorization"] == basic("ann", SECRET)


def test_api_key_is_sent_in_its_named_header(server, connect):
    connect(password=SECRET, extra={"api_key_name": "X-Api-Key"})
    call(server)
    assert server.seen[-1][1]["x-api-key"] == SECRET
    assert "authorization" not in server.seen[-1][1]


def test_oauth_client_fetches_token_first_and_sends_it_as_bearer(server, connect):
    extra = {"token_url": f"http://127.0.0.1:{server.server_port}/token", "token_parameters": {"scope": "films.read"}}
    connect(login="studio-id", password=SECRET, extra=extra)
    call(server)
    (asked, _, form), (called, headers, _) = server.seen
    assert (asked, called, headers["authorization"]) == ("/token", "/api", f"Bearer {TOKEN}")
    assert parse_qs(form) == {"grant_type": ["client_credentials"], "scope": ["films.read"]}


def test_refused_oauth_client_calls_nothing_and_error_omits_server_answer(server, connect):
    connect(login="somebody", password=SECRET, extra={"token_url": f"http://127.0.0.1:{server.server_port}/token"})
    failed = failure(server)
    assert failed.error == "Events.ConnectionResource.InvalidConnectionState"
    assert SECRET not in failed.cause
    assert [path for path, *_ in server.seen] == ["/token"]


def test_oauth_token_server_must_be_one_that_may_be_called(server, connect):
    with serving() as other:
        connect(login="studio-id", password=SECRET, extra={"token_url": f"http://127.0.0.1:{other.server_port}/token"})
        assert failure(server).error == "Events.ConnectionResource.InvalidConnectionState"
        assert other.seen == []


def test_connection_parameters_override_task_parameters(server, connect):
    added = {"headers": {"X-Kind": "film"}, "query_parameters": {"page": "2"}, "body_parameters": {"studio": 7}}
    connect(extra=added)
    task = {
        "Headers": {"x-kind": "clip", "X-Other": "o"},
        "QueryParameters": {"page": "1", "of": "3"},
        "RequestBody": {"studio": 1, "a": 2},
    }
    call(server, **task)
    path, headers, body = server.seen[-1]
    assert parse_qs(path.partition("?")[2]) == {"page": ["2"], "of": ["3"]}
    assert (headers["x-kind"], headers["x-other"]) == ("film", "o")
    assert json.loads(body) == {"studio": 7, "a": 2}


def test_a_form_holds_what_task_and_connection_say(server, connect):
    connect(login="ann", password=SECRET, extra={"body_parameters": {"studio": 7}})
    call(server, RequestBody={"tags": ["a", "b"]}, Transform={"RequestBodyEncoding": "URL_ENCODED"})
    _, headers, body = server.seen[-1]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body) == {"tags[0]": ["a"], "tags[1]": ["b"], "studio": ["7"]}


@pytest.mark.parametrize(
    ("body", "transform"),
    [
        ({"a": 1}, "URL_ENCODED"),
        ({"a": 1}, {"RequestBodyEncoding": "XML"}),
        ({"a": 1}, {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "SPACES"}}),
        ("text", {"RequestBodyEncoding": "URL_ENCODED"}),
    ],
)
def test_a_transform_that_is_not_known_calls_nobody(server, connect, body, transform):
    connect()
    assert failure(server, RequestBody=body, Transform=transform).error == "States.Runtime"
    assert server.seen == []


def test_an_answer_that_is_a_file_is_refused(server, connect):
    connect()
    assert failure(server, "/picture").error == "States.Runtime"


def test_a_text_as_body_cannot_be_added_to(server, connect):
    connect(extra={"body_parameters": {"studio": 7}})
    assert failure(server, RequestBody="plain").error == "States.Runtime"
    assert server.seen == []


@pytest.mark.parametrize("host", ["api.example.com", "127.0.0.2", None])
def test_secrets_go_to_no_other_server_than_the_connections_own(server, connect, host):
    connect(host=host, login="ann", password=SECRET)
    assert failure(server).error == "Events.ConnectionResource.AccessDenied"
    assert server.seen == []


def test_secrets_go_to_no_other_port_either(server, connect):
    connect(port=server.server_port + 1, login="ann", password=SECRET)
    assert failure(server).error == "Events.ConnectionResource.AccessDenied"


def test_a_host_may_be_written_as_a_url(server, connect):
    connect(host="http://127.0.0.1", login="ann", password=SECRET)
    assert call(server)["StatusCode"] == 200


def test_missing_connection_has_error_name_that_catch_knows(server):
    assert failure(server).error == "Events.ConnectionResource.ResourceNotFound"


@pytest.mark.parametrize("wrong", [{}, {"ConnectionArn": 7}, {"ConnectionArn": ""}])
def test_a_connection_has_to_be_named(server, wrong):
    assert failure(server, connection=wrong or {"Arn": "studio"}).error == "States.Runtime"


def test_a_connection_is_named_in_one_field_only(server, connect):
    connect()
    assert failure(server, InvocationConfig={"ConnectionArn": ARN}).error == "States.Runtime"


def test_a_task_gives_no_authorization_of_its_own(server):
    assert failure(server, Headers={"authorization": "Bearer mine"}).error == "States.Runtime"


def test_server_error_that_echoes_request_shows_no_secret(server, connect):
    connect(login="ann", password=SECRET, extra={"headers": {"X-Second": "another-secret"}})
    cause = failure(server, "/shown").cause
    assert "user-agent" in cause
    for secret in (SECRET, basic("ann", SECRET).removeprefix("Basic "), "another-secret"):
        assert secret not in cause


def test_a_token_is_kept_out_of_logs(server, connect):
    connect(login="studio-id", password=SECRET, extra={"token_url": f"http://127.0.0.1:{server.server_port}/token"})
    call(server)
    assert TOKEN not in redact(f"Bearer {TOKEN}")
