"""Google Cloud Storage on fake-gcs-server, which speaks its JSON API."""

import hashlib
import uuid

import pytest

from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.errors import AlreadyExists, ObjectNotFound, StorageError
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.hooks.gcs import MIB, GcsStorage
from airflow_provider_media.hooks.gcs_storages import EMULATOR
from tests.fake_gcs import fake_gcs
from tests.jobs import tools
from tests.media import clip
from tests.unit.core.storage.storage_contract import RangeContract, StorageContract, upload

pytestmark = pytest.mark.integration


@pytest.fixture(scope="session")
def server():
    with fake_gcs() as running:
        yield running


@pytest.fixture
def bucket(server):
    return server.bucket()


@pytest.fixture
def base(bucket):
    return f"gs://{bucket}/out/"


@pytest.fixture
def storage(server):
    return GcsStorage(server.access(), retry_seconds=5)


class TestGcsStorage(StorageContract, RangeContract):
    @pytest.mark.parametrize("key", ["line?end", "a//b", "x" * 1000], ids=["question", "empty", "long"])
    def test_keys_legal_only_in_gcs_are_readable(self, storage, bucket, key):
        storage.write(f"gs://{bucket}/{key}", b"x", media_type="text/plain")
        assert [info.uri for info in storage.list(f"gs://{bucket}")] == [f"gs://{bucket}/{key}"]
        assert storage.read(f"gs://{bucket}/{key}") == b"x"


def blob_of(server, uri):
    bucket, _, key = uri.removeprefix("gs://").partition("/")
    return server.access().client.bucket(bucket).get_blob(key)


class LostAnswers:
    """An object whose requests arrive and are obeyed, and whose answers never come back."""

    def __init__(self, blob):
        self.__dict__["blob"] = blob

    def __getattr__(self, name):
        method = getattr(self.blob, name)
        if not name.startswith("upload_from"):
            return method

        def lose(*args, **kwargs):
            from google.api_core.exceptions import ServiceUnavailable

            method(*args, **kwargs)
            raise ServiceUnavailable("5ECRET")

        return lose

    def __setattr__(self, name, value):
        setattr(self.blob, name, value)


class LosingStorage(GcsStorage):
    def _new(self, uri, metadata):
        return LostAnswers(super()._new(uri, metadata))


@pytest.fixture
def losing(server):
    return LosingStorage(server.access(), retry_seconds=5)


def test_version_is_the_generation(storage, server, base):
    storage.write(f"{base}one", b"x", media_type="text/plain")
    assert storage.head(f"{base}one").version == str(blob_of(server, f"{base}one").generation)


def test_conditional_write_with_a_lost_answer_knows_its_own_object(storage, losing, base):
    assert losing.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True).size == 4
    with pytest.raises(AlreadyExists):
        storage.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True)


def test_lost_answer_does_not_make_a_loser_a_winner(storage, losing, base):
    storage.write(f"{base}one", b"theirs", media_type="text/plain")
    with pytest.raises(StorageError):
        losing.write(f"{base}one", b"mine", media_type="text/plain", if_absent=True)
    assert storage.read(f"{base}one") == b"theirs"


def test_upload_with_a_lost_answer_is_found(losing, base, tmp_path):
    assert upload(losing, f"{base}one.mp4", tmp_path / "up", b"content").size == 7


def test_large_file_uploads_in_parts_and_copy_keeps_type_metadata(storage, server, base, tmp_path):
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(range(256)) * (20 * MIB // 256))
    digest = hashlib.sha256(large.read_bytes()).hexdigest()
    storage.upload(large, f"{base}large.mp4", sha256=digest, media_type="video/mp4", metadata={"unit": "abc"})
    copied = storage.copy(f"{base}large.mp4", f"{base}copy.mp4", media_type="video/iso.segment")
    assert storage.download(f"{base}copy.mp4", tmp_path / "down") == copied
    assert (tmp_path / "down").read_bytes() == large.read_bytes()
    blob = blob_of(server, f"{base}copy.mp4")
    assert (blob.content_type, blob.metadata["unit"]) == ("video/iso.segment", "abc")


def test_refuse_download_of_source_replaced_during_read(storage, base, tmp_path):
    storage.write(f"{base}one", b"old", media_type="text/plain")

    def replace(_):
        storage.write(f"{base}one", b"new", media_type="text/plain")

    # The fake server passes over the condition of a download, so that the checksum of the content has to show the
    # change.
    with pytest.raises(StorageError, match=r"was changed|as its checksum says"):
        storage.download(f"{base}one", tmp_path / "down", check=replace)
    assert list(tmp_path.iterdir()) == []


def test_missing_bucket_is_not_found(storage):
    with pytest.raises(ObjectNotFound):
        storage.write("gs://nobody-has-this/a", b"", media_type="text/plain")


def test_outputs_and_their_copies_carry_the_mark(storage, server, bucket, base, tmp_path):
    upload(storage, f"{base}made.mp4", tmp_path / "made.mp4")
    storage.copy(f"{base}made.mp4", f"{base}copy.mp4", media_type="video/mp4")
    server.access().client.bucket(bucket).blob("out/theirs.mp4").upload_from_string(b"theirs")
    assert [storage.made_here(base + name) for name in ("made.mp4", "copy.mp4", "theirs.mp4", "gone.mp4")] == [
        True,
        True,
        False,
        False,
    ]


def test_bucket_to_bucket_job_publishes_and_rerun_reuses_its_units(server, storage, bucket, monkeypatch, tmp_path):
    monkeypatch.setenv(EMULATOR, server.endpoint)
    film = clip(tmp_path / "film.mp4", seconds=2)
    source, output = f"gs://{bucket}/in/{film.name}", f"gs://{bucket}/out/"
    upload(storage, source, tmp_path / "sent", film.read_bytes())
    outputs = {
        "mp4": {"kind": "transcode", "video": {"speed": "fastest"}},
        "stream": {
            "kind": "ladder",
            "path": "stream",
            "speed": "fastest",
            "renditions": [{"short_side": 90, "max_bitrate": 200000}],
        },
        "shot": {"kind": "snapshots", "at": [1]},
    }
    fields = {"name": "drawn", "output": {"path": "{output}/{output}_{number}.{format}"}, "outputs": outputs}
    job = Job(id=uuid.uuid4().hex, source=source, workflow=freeze(Workflow.model_validate(fields)), output=output)
    engine = Engine(toolchain=tools(), storages=storages(), limits=Limits(), directory=tmp_path / "work")
    manifest = run(job, engine)
    stored = {info.uri: info.size for info in storage.list(output)}
    assert {made.output for made in manifest.outputs} == {"mp4", "stream", "shot"}
    assert all(stored[made.uri] == made.size for made in manifest.outputs)
    assert manifest.uri in stored
    assert run(job, engine) == manifest
