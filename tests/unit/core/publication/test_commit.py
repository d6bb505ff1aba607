import hashlib

import pytest

from airflow_provider_media.core.publication.commit import (
    BATCH,
    commit_if_absent,
    media_type_of,
    sha256_of,
    together,
    upload_all,
)
from airflow_provider_media.core.storage.errors import StorageError, UploadFailed
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage

URI = "s3://bucket/manifest.json"


class LosingAnswers(MemoryStorage):
    """Stores what it is given, then says that the connection broke."""

    def put(self, uri, content, **options):
        super().put(uri, content, **options)
        raise StorageError("The connection broke.")


class Refusing(MemoryStorage):
    """Takes nothing whose URI ends so."""

    def __init__(self, ending):
        super().__init__()
        self.ending = ending
        self.tried = []

    def put(self, uri, content, **options):
        self.tried.append(uri)
        if uri.endswith(self.ending):
            raise UploadFailed(f"{uri} was refused.")
        return super().put(uri, content, **options)


@pytest.fixture(params=["memory", "local"])
def storage_and_uri(request, tmp_path):
    return (
        (MemoryStorage(), URI)
        if request.param == "memory"
        else (LocalStorage(), f"file://{tmp_path}/jobs/1/manifest.json")
    )


def test_first_commit_wins_and_second_reads_its_content(storage_and_uri):
    storage, uri = storage_and_uri
    assert commit_if_absent(storage, uri, b"first") == (b"first", True)
    assert commit_if_absent(storage, uri, b"second") == (b"first", False)


def test_a_commit_whose_answer_was_lost_has_won():
    assert commit_if_absent(LosingAnswers(), URI, b"mine") == (b"mine", True)


def test_commit_broken_after_another_won_reads_winners_content():
    storage = Refusing("manifest.json")
    MemoryStorage.put(storage, URI, b"theirs", media_type="application/json")
    assert commit_if_absent(storage, URI, b"mine") == (b"theirs", False)


def test_a_commit_that_never_arrived_fails_with_its_own_error():
    with pytest.raises(UploadFailed, match="was refused"):
        commit_if_absent(Refusing("manifest.json"), URI, b"mine")


def test_files_are_uploaded_with_checksum_and_media_type_in_order(tmp_path):
    storage = MemoryStorage()
    files = []
    for name in ("b.mp4", "a.m3u8"):
        (tmp_path / name).write_text(name)
        files.append((tmp_path / name, f"s3://bucket/out/{name}", hashlib.sha256(name.encode()).hexdigest()))
    assert [info.uri for info in upload_all(storage, files)] == ["s3://bucket/out/b.mp4", "s3://bucket/out/a.m3u8"]
    assert storage.objects["s3://bucket/out/a.m3u8"].media_type == "application/vnd.apple.mpegurl"
    assert storage.objects["s3://bucket/out/b.mp4"].content == b"b.mp4"


def test_file_changed_since_its_check_is_not_uploaded(tmp_path):
    (tmp_path / "file").write_bytes(b"changed")
    storage = MemoryStorage()
    with pytest.raises(UploadFailed, match="checksum"):
        upload_all(storage, [(tmp_path / "file", "s3://bucket/out/file", hashlib.sha256(b"whole").hexdigest())])
    assert storage.objects == {}


def test_the_first_upload_that_fails_ends_all(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    storage, checksum = Refusing("/0"), hashlib.sha256(b"x").hexdigest()
    with pytest.raises(UploadFailed, match="out/0 was refused"):
        upload_all(
            storage, [(tmp_path / "file", f"s3://bucket/out/{number}", checksum) for number in range(50)], workers=1
        )
    assert "s3://bucket/out/0" not in storage.objects
    assert storage.tried == ["s3://bucket/out/0"]


def test_results_come_in_the_order_of_their_items():
    assert together(lambda number: number * 2, range(20)) == tuple(range(0, 40, 2))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("stream.M3U8", "application/vnd.apple.mpegurl"),
        ("stream.mpd", "application/dash+xml"),
        ("s3://bucket/a.b/720p.mp4", "video/mp4"),
        ("seg_1.m4s", "video/iso.segment"),
        ("sheet.webp", "image/webp"),
        ("no_extension", "application/octet-stream"),
        ("odd.exe", "application/octet-stream"),
    ],
)
def test_the_name_tells_the_media_type(name, media_type):
    assert media_type_of(name) == media_type


def test_a_checksum_is_that_of_the_whole_file(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 2_500_000)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(b"x" * 2_500_000).hexdigest()


def test_commit_once_record_larger_than_storages_read_at_once_read(storage_and_uri):
    storage, uri = storage_and_uri
    record = bytes(64 * 1024**2 + 1)
    assert commit_if_absent(storage, uri, record) == (record, True)
    assert commit_if_absent(storage, uri, b"second") == (record, False)


def test_together_more_items_than_wait_at_once_answered_in_order():
    items = range(2 * BATCH + 1)
    assert together(str, items) == tuple(map(str, items))


def test_together_failure_begins_no_later_batch():
    begun = []

    def act(item):
        begun.append(item)
        raise StorageError("no")

    with pytest.raises(StorageError):
        together(act, range(3 * BATCH))
    assert len(begun) <= BATCH
