"""Answers of Google Cloud Storage become errors with a stable code and what to do next."""

import hashlib
import json

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.errors import (
    AlreadyExists,
    ObjectNotFound,
    StorageError,
    StorageForbidden,
    StorageFull,
    UploadFailed,
)
from airflow_provider_media.hooks.gcs import GcsStorage
from airflow_provider_media.hooks.gcs_storages import client_of
from demo.stack import free_ports
from tests.web import Server

URI = "gs://films/a.mp4"
DENIED = (
    "caller 5ECRET does not have storage.objects.list access to the bucket. Permission 'storage.objects.list' denied on"
    " resource"
)


@pytest.fixture
def server():
    with Server() as running:
        yield running


def storage_at(port):
    return GcsStorage(client_of({"endpoint_url": f"http://127.0.0.1:{port}"}), retry_seconds=0.3)


def refuse(server, status, message="5ECRET", reason="x"):
    body = json.dumps(
        {"error": {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}}
    ).encode()
    server.answer = lambda handler: handler.send(status, body, Content_Type="application/json")


@pytest.mark.parametrize(
    ("status", "message", "reason", "error", "said"),
    [
        (404, "No such object", "notFound", ObjectNotFound, "no object gs://films/a.mp4; check its name"),
        (
            404,
            "The specified bucket does not exist.",
            "notFound",
            ObjectNotFound,
            "no bucket films for gs://films/a.mp4",
        ),
        (401, "5ECRET", "authError", StorageForbidden, "no credentials for gs://films/a.mp4; set key_path"),
        (
            403,
            "5ECRET",
            "forbidden",
            StorageForbidden,
            "storage.objects.get on the bucket films, as in the role roles",
        ),
        (403, DENIED, "forbidden", StorageForbidden, "storage.objects.list on the bucket films"),
        (
            403,
            "needs cloudkms.cryptoKeyVersions.useToDecrypt",
            "forbidden",
            StorageForbidden,
            "useToDecrypt on the KMS key",
        ),
        (403, "5ECRET", "quotaExceeded", StorageFull, "used up; make room"),
        (403, "5ECRET", "userRateLimitExceeded", StorageError, "too many requests .* later"),
        (403, "5ECRET", "accountDisabled", ConfigurationError, "check its billing account"),
        (429, "5ECRET", "rateLimitExceeded", StorageError, "too many requests .* later"),
        (503, "5ECRET", "backendError", StorageError, "status 503; try again"),
        (418, "5ECRET", "x", StorageError, "status 418; try again"),
    ],
)
def test_refused_request_names_its_cause_and_cure(server, status, message, reason, error, said):
    refuse(server, status, message, reason)
    with pytest.raises(error, match=said) as caught:
        storage_at(server.port).head(URI)
    assert type(caught.value) is error
    assert "5ECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("act", "needs"),
    [
        (lambda storage, _: list(storage.list("gs://films/")), "storage.objects.list"),
        (lambda storage, _: storage.read(URI), "storage.objects.get"),
        (lambda storage, path: storage.download(URI, path / "got"), "storage.objects.get"),
        (lambda storage, _: storage.write(URI, b"", media_type="a/b"), "storage.objects.create"),
        (lambda storage, _: storage.delete(URI), "storage.objects.delete"),
        (lambda storage, _: storage.copy(URI, "gs://out/b", media_type="a/b"), "storage.objects.get"),
    ],
    ids=["list", "read", "download", "write", "delete", "copy"],
)
def test_forbidden_operation_names_the_permission_that_it_needs(server, tmp_path, act, needs):
    refuse(server, 403)
    with pytest.raises(StorageForbidden, match=needs):
        act(storage_at(server.port), tmp_path)


def test_conditional_write_of_an_existing_object_is_refused(server):
    refuse(server, 412)
    with pytest.raises(AlreadyExists):
        storage_at(server.port).write(URI, b"x", media_type="a/b", if_absent=True)


def test_failed_upload_can_be_tried_again(server, tmp_path):
    path = tmp_path / "empty"
    path.touch()
    refuse(server, 503)
    with pytest.raises(UploadFailed, match="status 503; try again") as caught:
        storage_at(server.port).upload(
            path, URI, sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", media_type="video/mp4"
        )
    assert caught.value.retryable


def test_upload_sends_its_checksum_and_compares_that_of_the_server(server, tmp_path):
    path, bodies = tmp_path / "film", []
    path.write_bytes(b"content")

    def answer(handler):
        bodies.append(handler.rfile.read(int(handler.headers.get("Content-Length", 0))))
        handler.send(200, b'{"size": "7", "generation": "1", "crc32c": "AAAAAA=="}', Content_Type="application/json")

    server.answer = answer
    with pytest.raises(UploadFailed, match="not what was sent, by its checksum"):
        storage_at(server.port).upload(path, URI, sha256=hashlib.sha256(b"content").hexdigest(), media_type="video/mp4")
    # The client also asks for the bucket's facts beside its first request.
    assert any(b'"crc32c": "Ya91Mw=="' in body for body in bodies)


def test_server_that_nobody_runs_is_a_failure_to_try_again():
    (port,) = free_ports(1)
    with pytest.raises(StorageError, match="ConnectionError; try again") as caught:
        storage_at(port).head(URI)
    assert caught.value.retryable
