"""What every storage promises; test modules subclass it with fixtures ``storage`` and ``base`` (a URI ending in a
slash).
"""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_media.core.publication.commit import commit_if_absent
from airflow_provider_media.core.storage.errors import AlreadyExists, ObjectNotFound, StorageError
from airflow_provider_media.core.storage.protocol import RangedStorage

ODD_KEYS = ["a b+c%41.txt", "ünï/cödé.txt", "quote'\"&<>.txt", "-dash.txt", "brace{x}.txt", "hash#question?.txt"]


def uri_of(base, key):
    from airflow_provider_media.core.media.uri import join

    return join(base, key)


def upload(storage, uri, path, content=b"media", **kwargs):
    path.write_bytes(content)
    return storage.upload(path, uri, sha256=hashlib.sha256(content).hexdigest(), media_type="video/mp4", **kwargs)


class RangeContract:
    def test_part_of_an_object_is_read_without_the_rest(self, storage, base):
        version = storage.write(f"{base}part", b"0123456789", media_type="text/plain").version
        assert isinstance(storage, RangedStorage)
        assert storage.read_range(f"{base}part", 3, 4, version=version) == b"3456"
        assert storage.read_range(f"{base}part", 8, 10, version=version) == b"89"
        with pytest.raises(ObjectNotFound):
            storage.read_range(f"{base}none", 0, 1, version=version)


class VersionContract(RangeContract):
    """Not of fake-gcs-server, which passes over the condition of a read."""

    def test_part_of_replaced_object_is_refused(self, storage, base):
        version = storage.write(f"{base}part", b"0123456789", media_type="text/plain").version
        storage.write(f"{base}part", b"9876543210", media_type="text/plain")
        with pytest.raises(StorageError, match="was changed while it was read"):
            storage.read_range(f"{base}part", 3, 4, version=version)


class StorageContract:
    def test_what_was_written_is_read_again(self, storage, base):
        info = storage.write(f"{base}one.json", b"{}", media_type="application/json")
        assert storage.read(f"{base}one.json") == b"{}"
        assert (info.uri, info.size) == (f"{base}one.json", 2)
        assert storage.head(f"{base}one.json").version == info.version
        assert storage.head(f"{base}one.json").modified > 1_600_000_000

    @pytest.mark.parametrize("key", ODD_KEYS)
    def test_odd_keys_are_kept_to_the_letter(self, storage, base, key, tmp_path):
        uri = uri_of(base, key)
        storage.write(uri, b"x", media_type="text/plain")
        assert [info.uri for info in storage.list(base)] == [uri]
        assert storage.download(uri, tmp_path / "got").size == 1
        storage.copy(uri, uri_of(base, "copied/" + key), media_type="text/plain")
        assert storage.read(uri_of(base, "copied/" + key)) == b"x"

    def test_what_is_not_there_is_not_found(self, storage, base, tmp_path):
        for act in (
            lambda: storage.head(f"{base}none"),
            lambda: storage.read(f"{base}none"),
            lambda: storage.download(f"{base}none", tmp_path / "got"),
            lambda: storage.copy(f"{base}none", f"{base}copy", media_type="text/plain"),
        ):
            with pytest.raises(ObjectNotFound):
                act()
        assert list(storage.list(base)) == []
        assert list(tmp_path.iterdir()) == []

    def test_deleting_twice_is_the_same_as_once(self, storage, base):
        storage.write(f"{base}one", b"x", media_type="text/plain")
        storage.delete(f"{base}one")
        storage.delete(f"{base}one")
        assert list(storage.list(base)) == []

    def test_a_version_changes_with_the_content(self, storage, base):
        versions = {
            storage.write(f"{base}one", content, media_type="text/plain").version for content in (b"aa", b"bb", b"cc")
        }
        assert len(versions) == 3

    def test_a_conditional_write_never_replaces(self, storage, base):
        storage.write(f"{base}one", b"first", media_type="text/plain", if_absent=True)
        for content in (b"second", b"first"):
            with pytest.raises(AlreadyExists):
                storage.write(f"{base}one", content, media_type="text/plain", if_absent=True)
        assert storage.read(f"{base}one") == b"first"

    def test_sixteen_commits_at_once_one_wins_and_all_agree(self, storage, base):
        start = threading.Barrier(16)

        def attempt(number):
            start.wait(30)
            return commit_if_absent(storage, f"{base}manifest.json", b"%d" % number)

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(attempt, range(16)))
        assert {content for content, _ in answers} == {storage.read(f"{base}manifest.json")}
        assert [won for _, won in answers].count(True) == 1

    def test_of_sixteen_conditional_writers_one_wins(self, storage, base):
        start = threading.Barrier(16)

        def attempt(number):
            start.wait(30)
            try:
                storage.write(f"{base}one", b"%d" % number, media_type="text/plain", if_absent=True)
            except AlreadyExists:
                return None
            return b"%d" % number

        with ThreadPoolExecutor(16) as pool:
            winners = [content for content in pool.map(attempt, range(16)) if content is not None]
        assert winners == [storage.read(f"{base}one")]

    def test_a_listing_is_in_key_order_and_by_prefix_not_by_folder(self, storage, base):
        for key in ("b/2", "b/1", "a-z", "b.txt", "ba", "c"):
            storage.write(base + key, b"x", media_type="text/plain")
        assert [info.uri.removeprefix(base) for info in storage.list(f"{base}b")] == ["b.txt", "b/1", "b/2", "ba"]
        assert [info.uri.removeprefix(base) for info in storage.list(f"{base}b/")] == ["b/1", "b/2"]

    def test_a_read_over_the_limit_is_refused(self, storage, base):
        storage.write(f"{base}one", b"12345", media_type="text/plain")
        assert storage.read(f"{base}one", limit=5) == b"12345"
        with pytest.raises(StorageError, match="at most 4"):
            storage.read(f"{base}one", limit=4)

    def test_a_file_goes_up_and_comes_down_unchanged(self, storage, base, tmp_path):
        seen = []
        sent = upload(storage, f"{base}one.mp4", tmp_path / "up", b"m" * 3_000_000, metadata={"unit": "abc"})
        got = storage.download(f"{base}one.mp4", tmp_path / "down", progress=seen.append)
        assert (tmp_path / "down").read_bytes() == b"m" * 3_000_000
        assert got == storage.head(f"{base}one.mp4")
        assert (sent.size, sent.version) == (got.size, got.version)
        # Finished work is verified by one listing.
        assert [info.version for info in storage.list(f"{base}one.mp4")] == [sent.version]
        assert seen[-1] == 3_000_000
        assert seen == sorted(seen)

    def test_an_empty_file_is_an_object_too(self, storage, base, tmp_path):
        upload(storage, f"{base}empty", tmp_path / "up", b"")
        assert storage.download(f"{base}empty", tmp_path / "down").size == 0
        assert (tmp_path / "down").read_bytes() == b""

    def test_a_file_that_is_not_what_its_checksum_says_is_never_visible(self, storage, base, tmp_path):
        (tmp_path / "up").write_bytes(b"damaged on the way")
        with pytest.raises(StorageError):
            storage.upload(
                tmp_path / "up", f"{base}one", sha256=hashlib.sha256(b"whole").hexdigest(), media_type="video/mp4"
            )
        assert list(storage.list(base)) == []

    def test_a_copy_is_whole_and_may_be_made_again(self, storage, base, tmp_path):
        upload(storage, f"{base}from", tmp_path / "up", b"content")
        for _ in range(2):
            assert storage.copy(f"{base}from", f"{base}to", media_type="video/mp4").size == 7
        storage.write(f"{base}from", b"changed", media_type="text/plain")
        assert storage.read(f"{base}to") == b"content"
        assert [info.uri.removeprefix(base) for info in storage.list(base)] == ["from", "to"]
