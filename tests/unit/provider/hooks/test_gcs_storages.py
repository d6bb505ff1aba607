"""Credentials for ``gs://`` come from an Airflow connection, or from the environment."""

import builtins
import json
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.errors import StorageForbidden
from airflow_provider_media.hooks.gcs import GcsStorage
from airflow_provider_media.hooks.gcs_storages import client_of
from airflow_provider_media.hooks.media import MediaHook
from tests.web import Server


@pytest.fixture(scope="module")
def key():
    """The key of a service account that nobody has."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": "films",
        "private_key_id": "1",
        "private_key": private.private_bytes(*form).decode(),
        "client_email": "media@films.iam.gserviceaccount.com",
        "token_uri": "http://127.0.0.1:9/token",
    }


@pytest.fixture
def server():
    with Server() as running:
        running.answer = lambda handler: handler.send(
            200, b'{"size": "1", "generation": "5"}', Content_Type="application/json"
        )
        yield running


def connect(monkeypatch, name, kind, extra):
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps({"conn_type": kind, "extra": extra}))


@pytest.fixture
def google(monkeypatch, server):
    """A connection of Google's type whose server is on loopback."""
    connect(
        monkeypatch,
        "google_cloud_default",
        "google_cloud_platform",
        {"endpoint_url": f"http://127.0.0.1:{server.port}"},
    )


@pytest.mark.parametrize(
    ("connection", "extra"),
    [
        ("google_cloud_default", None),
        ("aws_default", None),
        ("studio", {}),
        ("studio", {"gcp_conn_id": "google_cloud_default"}),
    ],
    ids=["itself", "of nobody's choice", "of a media connection by default", "of a media connection"],
)
def test_connection_of_google_opens_gs(monkeypatch, google, connection, extra):
    if extra is not None:
        connect(monkeypatch, connection, "media", extra)
    storage = MediaHook(connection).storage("gs://films/a.mp4")
    assert isinstance(storage, GcsStorage)
    assert storage.head("gs://films/a.mp4").version == "5"


def test_connection_of_another_cloud_is_refused(monkeypatch):
    connect(monkeypatch, "studio", "aws", {})
    with pytest.raises(
        ConfigurationError, match="studio is of type aws, and gs:// needs one of type google_cloud_platform"
    ):
        MediaHook("studio").storage("gs://films/a.mp4")


@pytest.mark.parametrize("form", ["dict", "text", "path"])
def test_key_of_a_service_account_signs_urls(key, tmp_path, form):
    (tmp_path / "key.json").write_text(json.dumps(key))
    extra = {
        "dict": {"keyfile_dict": key},
        "text": {"keyfile_dict": json.dumps(key)},
        "path": {"key_path": str(tmp_path / "key.json")},
    }[form]
    storage = GcsStorage(client_of(extra))
    for url in (
        storage.upload_url("gs://films/a b.mp4", seconds=60),
        storage.download_url("gs://films/a b.mp4", seconds=60),
    ):
        assert url.startswith("https://storage.googleapis.com/films/a%20b.mp4?")
        assert "X-Goog-Expires=60" in url
        assert "media%40films.iam.gserviceaccount.com" in url


def test_credentials_without_a_key_say_that_they_cannot_sign():
    with pytest.raises(ConfigurationError, match="cannot sign URLs: give the connection the key of a service account"):
        GcsStorage(client_of({"is_anonymous": True})).upload_url("gs://films/a", seconds=60)


def test_key_that_google_refuses_is_named(key, server):
    server.answer = lambda handler: handler.send(400, b'{"error": "invalid_grant"}', Content_Type="application/json")
    refused = {**key, "token_uri": f"http://127.0.0.1:{server.port}/token"}
    with pytest.raises(StorageForbidden, match="not valid or have expired; check the key"):
        GcsStorage(client_of({"keyfile_dict": refused})).head("gs://films/a.mp4")


@pytest.mark.parametrize(
    "extra", [{"keyfile_dict": "{5ECRET"}, {"keyfile_dict": {"type": "5ECRET"}}, {"key_path": "/5ECRET"}]
)
def test_unreadable_key_is_named_without_its_content(extra):
    with pytest.raises(ConfigurationError, match="set key_path, keyfile_dict or is_anonymous") as caught:
        client_of(extra)
    assert "5ECRET" not in str(caught.value)


def test_options_of_a_location_are_sent(monkeypatch, google, server):
    extra = {
        "gs": {"user_project": "payer"},
        "locations": {"gs://films/": {"storage_class": "NEARLINE", "kms_key": "projects/p/k"}},
    }
    connect(monkeypatch, "studio", "media", extra)
    storage = MediaHook("studio").storage("gs://films/a.mp4")
    storage.write("gs://films/a.mp4", b"x", media_type="video/mp4")
    assert "userProject=payer" in server.requests[-1]["path"]
    assert "kmsKeyName=projects" in server.requests[-1]["path"]


def test_bucket_itself_is_never_asked_for(server):
    storage = GcsStorage(client_of({"endpoint_url": f"http://127.0.0.1:{server.port}"}))
    storage.write("gs://films/a.mp4", b"x", media_type="video/mp4")
    for thread in threading.enumerate():
        if "_fetch_background" in thread.name:  # where Google's client asks for what its traces tell
            thread.join()
    assert [request["path"].partition("?")[0] for request in server.requests] == ["/upload/storage/v1/b/films/o"]


def test_wrong_option_of_a_location_is_named(monkeypatch):
    connect(monkeypatch, "studio", "media", {"locations": {"gs://films/": {"acl": "mine"}}})
    good, message = MediaHook("studio").test_connection()
    assert not good
    assert message.startswith(
        "locations.gs://films/.acl in the connection's extra: is not known; allowed are storage_class, kms_key"
    )


def test_missing_library_names_the_extra_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **named):
        if name.startswith("google.cloud"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ConfigurationError, match=r"pip install 'airflow-provider-media\[gcs\]'"):
        MediaHook().storage("gs://films/a.mp4")
