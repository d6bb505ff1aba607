"""HTTP tasks call servers that may be called, and nothing else."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.hooks import http_requests as client
from airflow_provider_media.state_machines.resources import http_task
from airflow_provider_media.state_machines.resources.integrations import objection
from tests.web import Server


class Echo(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        path, _, query = self.path.partition("?")
        status = int(path.strip("/"))
        large = "x" * 300_000 if query == "large=1" else None
        body = json.dumps(
            {"query": query, "body": json.loads(sent), "key": self.headers["X-Key"], "large": large}
        ).encode()
        self.send_response(status)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def post(server, path, *, allowed=True, **more):
    arguments = {"ApiEndpoint": f"http://{server}/{path}", "Method": "POST", "RequestBody": {"a": [1]}, **more}
    return http_task.invoke(arguments, frozenset({server} if allowed else ()))


def failure(*arguments, **more):
    with pytest.raises(TaskFailed) as raised:
        post(*arguments, **more)
    return raised.value


def test_http_call_sends_query_headers_and_body_and_returns_json(server):
    answer = post(server, "200", QueryParameters={"q": "ab"}, Headers={"X-Key": "k"})
    assert (answer["StatusCode"], answer["StatusText"]) == (200, "OK")
    assert answer["ResponseBody"] == {"query": "q=ab", "body": {"a": [1]}, "key": "k", "large": None}
    assert answer["Headers"]["location"] == ["http://192.0.2.1/"]


def test_a_redirect_is_an_answer_like_any_other(server):
    assert post(server, "302")["StatusCode"] == 302


def test_server_error_has_name_that_catch_knows(server):
    assert failure(server, "404").error == "States.Http.StatusCode.404"


def test_an_answer_that_is_too_large_is_not_taken(server):
    assert failure(server, "200", QueryParameters={"large": "1"}).error == "States.DataLimitExceeded"


def test_a_private_address_is_called_only_where_it_is_allowed(server):
    refused = failure(server, "200", allowed=False)
    assert refused.error == "States.Runtime"
    assert "announce_allow" in refused.cause
    assert "127.0.0.1" not in refused.cause


def test_unreachable_server_error_omits_its_address():
    refused = failure("127.0.0.1:1", "200")
    assert (refused.error, "127" in refused.cause) == (http_task.SOCKET, False)


def test_answer_cut_by_its_own_time_is_none(monkeypatch):
    # Without a length, the body ends where the connection does.
    monkeypatch.setattr(client, "SECONDS", 0.5)
    with Server() as dripping:
        dripping.answer = lambda handler: handler.drip(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"')
        assert failure(f"127.0.0.1:{dripping.port}", "200").error == http_task.SOCKET


@pytest.mark.parametrize(
    "wrong", [{"Method": "TRACE"}, {"Timeout": 1}, {"Headers": {"Host": "elsewhere"}}, {"Headers": {"x-amz-date": 1}}]
)
def test_what_a_call_cannot_take_is_refused(server, wrong):
    assert failure(server, "200", **wrong).error == "States.Runtime"


@pytest.mark.parametrize("resource", ["http:invoke", "arn:aws:states:::http:invoke"])
def test_both_spellings_can_be_called(resource):
    assert objection(resource) is None
