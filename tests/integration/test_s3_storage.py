import hashlib
import itertools

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.errors import AlreadyExists, ObjectNotFound, StorageError, UploadFailed
from airflow_provider_media.hooks.s3 import S3Storage
from airflow_provider_media.hooks.s3_client import MIB, TransferSizes, client_from_environment
from tests.unit.core.storage.storage_contract import StorageContract, VersionContract, upload

pytestmark = pytest.mark.integration
BUCKETS = itertools.count(1)
SMALL = TransferSizes(multipart=5 * MIB, part=5 * MIB, copy=5 * MIB)
"""Parts as small as S3 allows, so that tests stay small as well."""


@pytest.fixture(scope="session")
def client(s3_server):
    return s3_server.client()


@pytest.fixture
def bucket(client):
    name = f"media-{next(BUCKETS)}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def base(bucket):
    return f"s3://{bucket}/out/"


@pytest.fixture
def storage(client):
    return S3Storage(client, sizes=SMALL)


class TestS3Storage(StorageContract, VersionContract):
    @pytest.mark.parametrize(
        "key", ["../up", "line\nend", "a//b", "x" * 1000], ids=["dots", "newline", "empty", "long"]
    )
    def test_keys_legal_only_in_s3_are_readable(self, storage, bucket, key):
        storage.write(f"s3://{bucket}/{key}", b"x", media_type="text/plain")
        assert [info.uri for info in storage.list(f"s3://{bucket}")] == [f"s3://{bucket}/{key}"]
        assert storage.read(f"s3://{bucket}/{key}") == b"x"


class Proxy:
    """A client whose named method does something else; all others are the real ones."""

    def __init__(self, client, **methods):
        self._client = client
        self.__dict__.update(methods)

    def __getattr__(self, name):
        return getattr(self._client, name)


def test_part_from_server_that_ignores_conditions_is_refused_when_replaced(client, base):
    def get_object(**asked):
        return client.get_object(**{name: value for name, value in asked.items() if name != "IfMatch"})

    storage = S3Storage(Proxy(client, get_object=get_object))
    version = storage.write(f"{base}part", b"0123456789", media_type="text/plain").version
    assert storage.read_range(f"{base}part", 3, 4, version=version) == b"3456"
    storage.write(f"{base}part", b"9876543210", media_type="text/plain")
    with pytest.raises(StorageError, match="was changed while it was read"):
        storage.read_range(f"{base}part", 3, 4, version=version)


def losing_answers(call):
    """The request arrives and is obeyed; its answer never comes back."""
    from botocore.exceptions import ReadTimeoutError

    def lose(*args, **kwargs):
        call(*args, **kwargs)
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1/5ECRET")

    return lose


def sent_twice(call):
    """The answer is lost and the library sends the request again by itself."""

    def twice(*args, **kwargs):
        call(*args, **kwargs)
        return call(*args, **kwargs)

    return twice


@pytest.mark.parametrize("fault", [losing_answers, sent_twice])
def test_conditional_write_with_lost_answer_recognizes_its_own_object(client, base, fault):
    storage = S3Storage(Proxy(client, put_object=fault(client.put_object)))
    assert storage.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True).size == 4
    with pytest.raises(AlreadyExists):
        S3Storage(client).write(f"{base}one", b"mine", media_type="text/plain", if_absent=True)


@pytest.mark.parametrize("fault", [losing_answers, sent_twice])
def test_a_lost_answer_does_not_make_a_loser_a_winner(client, base, fault):
    S3Storage(client).write(f"{base}one", b"theirs", media_type="text/plain")
    storage = S3Storage(Proxy(client, put_object=fault(client.put_object)))
    with pytest.raises(StorageError):
        storage.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True)
    assert storage.read(f"{base}one") == b"theirs"


def test_write_with_concurrent_conflict_is_repeated(client, base):
    from botocore.exceptions import ClientError

    answers = iter([409, 409])

    def conflict(**kwargs):
        for status in answers:
            response = {"Error": {"Code": "ConditionalRequestConflict"}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(response, "PutObject")
        return client.put_object(**kwargs)

    storage = S3Storage(Proxy(client, put_object=conflict))
    storage.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True)
    assert storage.read(f"{base}one") == b"mine"
    assert next(answers, None) is None


def test_upload_with_lost_answer_is_found_and_not_repeated(client, base, tmp_path):
    storage = S3Storage(Proxy(client, upload_file=losing_answers(client.upload_file)))
    assert upload(storage, f"{base}one.mp4", tmp_path / "up", b"content").size == 7


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.mp4"
    path.write_bytes(bytes(range(256)) * (11 * MIB // 256))
    return path


def send(storage, path, uri):
    return storage.upload(
        path,
        uri,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        media_type="video/mp4",
        metadata={"unit": "abc"},
    )


def test_large_file_uploads_and_copies_in_parts_with_type_metadata(storage, client, bucket, large, tmp_path):
    sent = send(storage, large, f"s3://{bucket}/large.mp4")
    assert sent.version.endswith("-3")
    copied = storage.copy(f"s3://{bucket}/large.mp4", f"s3://{bucket}/copy.mp4", media_type="video/iso.segment")
    assert copied.size == large.stat().st_size
    assert storage.download(f"s3://{bucket}/copy.mp4", tmp_path / "down") == copied
    assert (tmp_path / "down").read_bytes() == large.read_bytes()
    head = client.head_object(Bucket=bucket, Key="copy.mp4")
    assert (head["ContentType"], head["Metadata"]["unit"]) == ("video/iso.segment", "abc")


def test_small_copy_has_given_type_and_metadata_of_source(storage, client, base, bucket, tmp_path):
    upload(storage, f"{base}one", tmp_path / "up", metadata={"unit": "abc"})
    storage.copy(f"{base}one", f"{base}two.vtt", media_type="text/vtt")
    head = client.head_object(Bucket=bucket, Key="out/two.vtt")
    assert (head["ContentType"], head["Metadata"]["unit"]) == ("text/vtt", "abc")


def test_an_upload_that_fails_midway_leaves_nothing_behind(s3_server, bucket, large):
    from botocore.exceptions import ClientError

    client = s3_server.client()
    sent = itertools.count(1)

    def fail(**_):
        if next(sent) == 2:
            raise ClientError(
                {"Error": {"Code": "InternalError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "UploadPart"
            )

    client.meta.events.register("before-call.s3.UploadPart", fail)
    storage = S3Storage(client, sizes=SMALL)
    with pytest.raises(UploadFailed, match="InternalError"):
        send(storage, large, f"s3://{bucket}/large.mp4")
    assert next(sent) > 2
    assert list(storage.list(f"s3://{bucket}/")) == []
    assert client.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_refuse_download_of_source_replaced_during_read(storage, client, bucket, tmp_path):
    storage.write(f"s3://{bucket}/one", b"old", media_type="text/plain")

    def replace_first(*args, **kwargs):
        client.put_object(Bucket=bucket, Key="one", Body=b"new")
        client.download_file(*args, **kwargs)

    racing = S3Storage(Proxy(client, download_file=replace_first))
    with pytest.raises(StorageError, match="was changed"):
        racing.download(f"s3://{bucket}/one", tmp_path / "down")
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_is_not_there_is_named(storage):
    with pytest.raises(ObjectNotFound, match="no bucket nobody-has-this for s3://nobody-has-this/a"):
        storage.write("s3://nobody-has-this/a", b"", media_type="text/plain")


def test_a_listing_goes_on_after_its_first_page(storage, client, base):
    for number in range(5):
        storage.write(f"{base}{number}", b"x", media_type="text/plain")
    client.meta.events.register("before-parameter-build.s3.ListObjectsV2", one_per_page, unique_id="small-pages")
    try:
        assert [info.uri[-1] for info in storage.list(base)] == list("01234")
    finally:
        client.meta.events.unregister("before-parameter-build.s3.ListObjectsV2", unique_id="small-pages")


def one_per_page(params, **_):
    params["MaxKeys"] = 1


def test_the_environment_alone_makes_a_client(s3_server, base, monkeypatch, storage):
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    storage.write(f"{base}one", b"x", media_type="text/plain")
    assert S3Storage(client_from_environment()).read(f"{base}one") == b"x"


def test_outputs_and_copies_are_distinguished_from_foreign_uploads(storage, client, bucket, base, tmp_path):
    upload(storage, f"{base}made.mp4", tmp_path / "made.mp4")
    storage.copy(f"{base}made.mp4", f"{base}copy.mp4", media_type="video/mp4")
    client.put_object(Bucket=bucket, Key="out/theirs.mp4", Body=b"theirs", Metadata={"sha256": "0"})
    assert [storage.made_here(base + name) for name in ("made.mp4", "copy.mp4", "theirs.mp4", "gone.mp4")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("way", ["written", "uploaded", "copied"])
def test_refuse_server_ignoring_requested_encryption(client, bucket, way, tmp_path):
    from airflow_provider_media.hooks.s3_options import read_places

    class Forgetful(Proxy):
        """Answers as a server that knows no encryption does."""

        def __getattr__(self, name):
            method = getattr(self._client, name)
            if name not in {"put_object", "copy_object", "head_object"}:
                return method
            return lambda **asked: {
                key: value for key, value in method(**asked).items() if key != "ServerSideEncryption"
            }

    open_storage = S3Storage(client, sizes=SMALL)
    open_storage.write(f"s3://{bucket}/plain", b"x", media_type="text/plain")
    storage = S3Storage(Forgetful(client), sizes=SMALL, places=read_places({"s3": {"encryption": "s3"}}))
    store = {
        "written": lambda: storage.write(f"s3://{bucket}/new", b"x", media_type="text/plain"),
        "uploaded": lambda: upload(storage, f"s3://{bucket}/new", tmp_path / "new"),
        "copied": lambda: storage.copy(f"s3://{bucket}/plain", f"s3://{bucket}/new", media_type="text/plain"),
    }
    with pytest.raises(ConfigurationError, match="encryption none although `encryption: s3`"):
        store[way]()
