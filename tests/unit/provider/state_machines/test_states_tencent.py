"""Calls of Tencent's APIs are signed as its documentation says, by a server's own reckoning; media processing is done
here.
"""

import hashlib
import hmac
import json
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.state_machines.resources.integrations import invoke, is_media, objection
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

KEY_ID, KEY = "AKIDEXAMPLE", "the-secret-key"
QRN = "qrn:qcs:asw:{region}:1250000000:sdk:json:qcloud:{call}"


def signature(headers, body):
    """Of TC3-HMAC-SHA256, made as the page "Signature v3" of Tencent's API documentation has it."""
    date = datetime.fromtimestamp(int(headers["X-TC-Timestamp"]), UTC).strftime("%Y-%m-%d")
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=(\S+)/(\S+)/(\S+)/tc3_request, SignedHeaders=(\S+), Signature=([0-9a-f]{64})",
        headers["Authorization"],
    )
    assert found, headers["Authorization"]
    assert (found[1], found[2]) == (KEY_ID, date)
    signed = found[4].split(";")
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{name}:{headers[name].strip().lower()}" for name in signed),
            "",
            found[4],
            hashlib.sha256(body).hexdigest(),
        ]
    )
    to_sign = "\n".join(
        [
            "TC3-HMAC-SHA256",
            headers["X-TC-Timestamp"],
            f"{date}/{found[3]}/tc3_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"TC3{KEY}".encode()
    for part in (date, found[3], "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return found[3], hmac.digest(key, to_sign.encode(), "sha256").hex(), found[5]


class Tencent(BaseHTTPRequestHandler):
    """Answers calls whose signature is right."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service, expected, given = signature(self.headers, body)
        called = {name: self.headers[f"X-TC-{name}"] for name in ("Action", "Version", "Region")}
        self.server.calls.append((service, called, json.loads(body)))
        if not hmac.compare_digest(expected, given):
            answer = {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "The signature is wrong."}}
        else:
            answer = self.server.answers.pop(0)
        content = json.dumps({"Response": {**answer, "RequestId": "r-1"}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serving():
    with ThreadingHTTPServer(("127.0.0.1", 0), Tencent) as server:
        server.calls, server.answers = [], []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def connect(monkeypatch, name, port, password=KEY, **extra):
    connection = {
        "conn_type": "generic",
        "login": KEY_ID,
        "password": password,
        "host": "127.0.0.1",
        "port": port,
        "schema": "http",
        "extra": extra,
    }
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(connection))


@pytest.fixture
def server(monkeypatch):
    with serving() as one:
        connect(monkeypatch, "tencent_default", one.server_port, region="ap-guangzhou", versions={"tmt": "2018-03-21"})
        yield one


def call(what, arguments, *, region="", connection="aws_default"):
    return invoke(QRN.format(region=region, call=what), arguments, {}, InvocationContext(id="x", connection=connection))


def test_a_call_is_signed_and_answered(server):
    server.answers = [{"TotalCount": 0}]
    assert call("cvm:DescribeInstances", {"Limit": 1}) == {"TotalCount": 0, "RequestId": "r-1"}
    assert server.calls == [
        ("cvm", {"Action": "DescribeInstances", "Version": "2017-03-12", "Region": "ap-guangzhou"}, {"Limit": 1})
    ]


def test_resource_region_precedes_connection_region_and_connection_gives_versions(server):
    server.answers = [{"TargetText": "hi"}]
    call("tmt:textTranslate", {"SourceText": "你好"}, region="ap-beijing")
    assert server.calls == [
        ("tmt", {"Action": "TextTranslate", "Version": "2018-03-21", "Region": "ap-beijing"}, {"SourceText": "你好"})
    ]


def test_wrong_key_is_refused_with_error_name_of_service(server, monkeypatch):
    connect(monkeypatch, "tencent_default", server.server_port, password="another", region="ap-guangzhou")
    with pytest.raises(TaskFailed) as failed:
        call("cvm:DescribeInstances", {})
    assert (failed.value.error, failed.value.cause) == ("AuthFailure.SignatureFailure", "The signature is wrong.")


def test_unreachable_server_is_error_that_catch_knows(monkeypatch):
    with serving() as gone:
        port = gone.server_port
    connect(monkeypatch, "tencent_default", port, region="ap-guangzhou")
    with pytest.raises(TaskFailed) as failed:
        call("cvm:DescribeInstances", {})
    assert failed.value.error == "ClientNetworkError"


def test_without_a_version_the_connection_is_asked_for_it(server):
    with pytest.raises(TaskFailed, match="versions") as failed:
        call("newest:DoThings", {})
    assert failed.value.error == "configuration_invalid"


def test_function_gets_input_and_its_answer_is_result(server):
    server.answers = [
        {"Result": {"RetMsg": '{"ok": true}', "InvokeResult": 0}},
        {"Result": {"ErrMsg": "KeyError", "InvokeResult": 1}},
    ]
    assert call("scf:Invoke/resize/live/video", {"width": 10}) == {"ok": True}
    assert server.calls[0][2] == {
        "FunctionName": "resize",
        "Qualifier": "live",
        "Namespace": "video",
        "InvocationType": "RequestResponse",
        "ClientContext": '{"width": 10}',
    }
    with pytest.raises(TaskFailed) as failed:
        call("scf:Invoke/resize", {})
    assert (failed.value.error, failed.value.cause) == ("FunctionFailed", "KeyError")


def test_machine_with_own_connection_has_media_processed_by_tencent(server, monkeypatch):
    connect(monkeypatch, "tencent_prod", server.server_port, region="ap-shanghai")
    server.answers = [{"TaskId": "125-WorkflowTask-1"}]
    assert call("mps:ProcessMedia", {"InputInfo": {}}, connection="tencent_prod")["TaskId"] == "125-WorkflowTask-1"
    assert server.calls[0][1]["Region"] == "ap-shanghai"


def test_media_processing_uses_pool_and_every_call_can_be_resource():
    assert is_media(QRN.format(region="", call="mps:ProcessMedia"))
    assert not is_media(QRN.format(region="", call="mps:DescribeTaskDetail"))
    for what in ("mps:ProcessMedia", "scf:Invoke/a/b/c", "cvm:DescribeInstances"):
        assert objection(QRN.format(region="ap-guangzhou", call=what)) is None
    assert objection(QRN.format(region="", call="scf:Invoke/a/b/c/d"))
