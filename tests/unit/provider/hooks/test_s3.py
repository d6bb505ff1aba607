import sys

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, StorageForbidden
from airflow_provider_media.hooks.s3 import S3Storage
from airflow_provider_media.hooks.s3_client import client_from_environment

boto3 = pytest.importorskip("boto3")


@pytest.fixture
def client():
    return boto3.session.Session().client(
        "s3", aws_access_key_id="5ECRET", aws_secret_access_key="5ECRET", region_name="us-east-1"
    )


@pytest.mark.parametrize(
    ("code", "status", "error", "retryable"),
    [
        ("NoSuchKey", 404, ObjectNotFound, False),
        ("404", 404, ObjectNotFound, False),
        ("NoSuchBucket", 404, ObjectNotFound, False),
        ("AccessDenied", 403, StorageForbidden, False),
        ("ExpiredToken", 401, StorageForbidden, False),
        ("SlowDown", 503, StorageError, True),
        ("InternalError", 500, StorageError, True),
        ("PreconditionFailed", 412, StorageError, True),
    ],
)
def test_s3_client_error_becomes_own_error_without_its_message(client, code, status, error, retryable):
    from botocore.stub import Stubber

    with Stubber(client) as stub:
        stub.add_client_error("get_object", code, "5ECRET", status)
        with pytest.raises(error) as caught:
            S3Storage(client).read("s3://bucket/key")
    assert (type(caught.value), caught.value.retryable) == (error, retryable)
    assert "s3://bucket/key" in str(caught.value)
    assert "5ECRET" not in str(caught.value)


def test_a_server_that_does_not_answer_may_do_so_later():
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, connect_timeout=0.2)
    # Nothing listens on the discard port of loopback.
    client = boto3.session.Session().client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        region_name="us-east-1",
        config=config,
    )
    with pytest.raises(StorageError, match="EndpointConnectionError") as caught:
        S3Storage(client).head("s3://bucket/key")
    assert caught.value.retryable


def test_without_credentials_the_error_says_where_they_go(monkeypatch, tmp_path):
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(StorageForbidden, match="Airflow connection or in AWS_"):
        S3Storage(client_from_environment()).head("s3://bucket/key")


def test_without_boto3_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigurationError, match=r"airflow-provider-media\[s3\]"):
        client_from_environment()


def test_only_s3_is_in_s3(client):
    with pytest.raises(ConfigurationError, match="s3://bucket/key"):
        S3Storage(client).head("file:///a")
