"""Attempts have places of their own; the source is fetched once and is the one that was submitted."""

import errno
import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from airflow_provider_media.core.execution import shared_folders
from airflow_provider_media.core.execution.workspace import (
    ATTEMPTS_AFTER,
    SOURCES_AFTER,
    attempt,
    source_file,
    source_info,
)
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.media.errors import (
    SourceEmpty,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnreachable,
)
from airflow_provider_media.core.storage.errors import StorageError, StorageForbidden, StorageFull
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage

SOURCE = "s3://in/clip.mp4"


def put(storage, content=b"film", uri=SOURCE):
    return storage.put(uri, content, media_type="video/mp4").version


def aged(path, seconds):
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


class Counting(MemoryStorage):
    """Counts downloads; each waits for what the test does meanwhile."""

    def __init__(self, meanwhile=lambda: None):
        super().__init__()
        self.downloads = 0
        self.meanwhile = meanwhile

    def download(self, uri, path, *, progress=None, check=None):
        if check:
            check(self.head(uri))  # what it raises ends the download before it begins
        self.downloads += 1
        self.meanwhile()
        return super().download(uri, path, progress=progress)


@pytest.fixture
def counting(engine):
    storage = Counting()
    return storage, replace(engine, storages=lambda _: storage)


@pytest.mark.parametrize("error", [None, RuntimeError("boom")])
def test_the_directory_of_an_attempt_is_gone_however_it_ends(engine, error):
    try:
        with attempt(engine) as directory:
            (directory / "half.mp4").write_bytes(b"x")
            if error:
                raise error
    except RuntimeError:
        pass
    assert not directory.exists()


def test_attempts_beside_each_other_have_directories_of_their_own(engine):
    with attempt(engine) as one, attempt(engine) as other:
        assert one != other
        assert list(other.iterdir()) == []


def test_attempt_directory_of_killed_attempt_removed_of_long_attempt_kept(engine):
    with attempt(engine) as long:
        killed = long.parent / "killed"
        killed.mkdir()
        (killed / "half.mp4").write_bytes(b"x")
        young = long.parent / "young"
        young.mkdir()
        aged(killed, 2 * ATTEMPTS_AFTER)
        aged(long, 100 * 24 * 3600)
        with attempt(engine):
            assert long.exists()
            assert young.exists()
            assert not killed.exists()


def test_a_source_is_fetched_once_per_machine(counting):
    storage, engine = counting
    put(storage)
    with source_file(SOURCE, engine) as first, source_file(SOURCE, engine) as second:
        assert first == second
        assert first.read_bytes() == b"film"
    assert storage.downloads == 1


def test_source_file_concurrent_users_fetch_source_once(engine):
    together = threading.Barrier(2)
    storage = Counting(meanwhile=lambda: together.wait(30))
    put(storage)
    engine = replace(engine, storages=lambda _: storage)

    def use(_):
        with source_file(SOURCE, engine) as path:
            return path.read_bytes()

    with ThreadPoolExecutor(3) as pool:
        used = [pool.submit(use, n) for n in range(3)]
        together.wait(30)
        assert [each.result(30) for each in used] == [b"film"] * 3
    assert storage.downloads == 1


def test_another_version_is_another_file(counting):
    storage, engine = counting
    put(storage, b"one")
    with source_file(SOURCE, engine) as old:
        put(storage, b"two")
        with source_file(SOURCE, engine) as new:
            assert (old.read_bytes(), new.read_bytes()) == (b"one", b"two")


def test_source_file_unused_for_day_removed_source_in_use_kept(counting):
    storage, engine = counting
    put(storage)
    put(storage, b"other", "s3://in/other.mp4")
    with source_file(SOURCE, engine) as unused:
        pass
    with source_file("s3://in/other.mp4", engine) as used:
        for path in (unused, used):
            aged(path.parent, 2 * SOURCES_AFTER)
        put(storage, b"third", "s3://in/third.mp4")
        with source_file("s3://in/third.mp4", engine):
            assert used.exists()
            assert not unused.exists()


def test_using_a_source_keeps_it_for_another_day(counting):
    storage, engine = counting
    put(storage)
    with source_file(SOURCE, engine) as path:
        pass
    aged(path.parent, 2 * SOURCES_AFTER)
    with source_file(SOURCE, engine) as again:
        assert again.exists()
    assert storage.downloads == 1


def test_source_file_changed_since_submission_refused(engine, storage):
    version = put(storage, b"one")
    with source_file(SOURCE, engine, version=version) as path:
        assert path.exists()
    put(storage, b"two")
    with (
        pytest.raises(SourceNotFound, match="has changed since the job was submitted"),
        source_file(SOURCE, engine, version=version),
    ):
        pass


def test_source_file_replaced_during_fetch_not_taken_for_old_version(engine):
    storage = Counting(meanwhile=lambda: put(storage, b"two"))
    put(storage, b"one")
    engine = replace(engine, storages=lambda _: storage)
    with (
        pytest.raises(SourceUnreachable, match="was replaced while it was fetched") as caught,
        source_file(SOURCE, engine),
    ):
        pass
    assert caught.value.retryable
    assert [path for path in engine.directory.rglob("*") if path.is_file()] == []


def test_a_local_source_is_read_in_its_place(engine, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"film")
    with source_file(f"file://{path}", replace(engine, storages=lambda _: LocalStorage())) as found:
        assert found == path
    assert not (engine.directory / "sources").exists()


def test_source_file_local_source_changed_during_use_refused(engine, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"film")
    with (
        pytest.raises(SourceNotFound, match="has changed"),
        source_file(f"file://{path}", replace(engine, storages=lambda _: LocalStorage())),
    ):
        path.write_bytes(b"another film")


def test_source_file_error_of_user_is_raised_unchanged(engine, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"film")

    def use():
        with source_file(f"file://{path}", replace(engine, storages=lambda _: LocalStorage())):
            path.unlink()
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        use()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_local_source_that_may_not_be_read_is_forbidden(engine, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"film")
    path.chmod(0)
    with (
        pytest.raises(SourceForbidden),
        source_file(f"file://{path}", replace(engine, storages=lambda _: LocalStorage())),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "limits", "error", "words"),
    [
        (None, Limits(), SourceNotFound, "there is no source at s3://in/clip.mp4"),
        (b"", Limits(), SourceEmpty, "has no bytes"),
        (b"film", Limits(source_bytes=3), SourceTooLarge, "has 4 bytes; at most 3 are allowed"),
    ],
)
def test_source_info_missing_empty_or_too_large_refused_by_name(engine, storage, content, limits, error, words):
    if content is not None:
        put(storage, content)
    with pytest.raises(error, match=words):
        source_info(SOURCE, replace(engine, limits=limits))


@pytest.mark.parametrize(
    ("fault", "error"), [(StorageForbidden("no"), SourceForbidden), (StorageError("broken"), SourceUnreachable)]
)
def test_source_info_storage_failure_is_source_forbidden_or_unreachable(engine, fault, error):
    class Failing(MemoryStorage):
        def get(self, uri):
            raise fault

    with pytest.raises(error) as caught:
        source_info(SOURCE, replace(engine, storages=lambda _: Failing()))
    assert caught.value.exit_code == 3


def test_errors_never_show_the_signature_of_a_source(engine):
    with pytest.raises(SourceNotFound) as caught:
        source_info("https://cdn.example.com/clip.mp4?X-Amz-Signature=secret", engine)
    assert "secret" not in str(caught.value)


def test_cancelling_ends_a_fetch_and_leaves_nothing_of_it(engine, storage):
    put(storage)
    with pytest.raises(Cancelled), source_file(SOURCE, replace(engine, cancelled=lambda: True)):
        pass
    assert [path for path in engine.directory.rglob("*") if path.is_file()] == []


def test_cancelling_ends_waiting_for_another_ones_fetch(engine, storage):
    put(storage)
    with source_file(SOURCE, engine) as path:
        folder = path.parent
    path.unlink()
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(Cancelled), source_file(SOURCE, replace(engine, cancelled=lambda: True)):
            pass
    finally:
        os.close(handle)


def test_source_that_arrives_in_another_size_than_announced_is_unreachable(engine):
    class Short(MemoryStorage):
        def download(self, uri, path, *, progress=None, check=None):
            info = super().download(uri, path, progress=progress, check=check)
            path.write_bytes(b"fil")
            return info

    storage = Short()
    put(storage)
    with (
        pytest.raises(SourceUnreachable, match="4 bytes, of which 3"),
        source_file(SOURCE, replace(engine, storages=lambda _: storage)),
    ):
        pass


class Full(MemoryStorage):
    """Writes to a disk that has no room left, as S3's client does."""

    def download(self, uri, path, *, progress=None, check=None):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))


def test_fetch_onto_full_disk_is_storage_full_exit_code_five(engine):
    storage = Full()
    put(storage)
    with (
        pytest.raises(StorageFull, match="work_directory") as caught,
        source_file(SOURCE, replace(engine, storages=lambda _: storage)),
    ):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("storage_full", 5)


def test_fetch_larger_than_disk_is_storage_full_before_download(counting, monkeypatch):
    storage, engine = counting
    put(storage, b"four")
    (engine.directory / "sources").mkdir(parents=True)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=3))
    with pytest.raises(StorageFull, match=r"has 4 bytes, and the disk of .* has 3 left"), source_file(SOURCE, engine):
        pass
    assert storage.downloads == 0


def kept(engine):
    return {path.read_bytes() for path in (engine.directory / "sources").glob("*/source")}


def fetched(engine, storage, name):
    uri = f"s3://in/{name}"
    put(storage, name.encode(), uri)
    with source_file(uri, engine) as path:
        aged(path.parent, {"a": 300, "b": 200, "c": 100}[name[0]])


def test_fetched_sources_are_limited_by_size_most_recently_used_stay(counting):
    storage, engine = counting
    engine = replace(engine, limits=Limits(kept_source_bytes=8))
    for name in ("aaaa", "bbbb", "cccc"):
        fetched(engine, storage, name)
    assert kept(engine) == {b"bbbb", b"cccc"}


def test_a_source_in_use_is_never_removed_to_make_room(counting):
    storage, engine = counting
    engine = replace(engine, limits=Limits(kept_source_bytes=4))
    put(storage, b"used", "s3://in/used")
    with source_file("s3://in/used", engine) as used:
        aged(used.parent, 1000)
        fetched(engine, storage, "aaaa")
        assert used.read_bytes() == b"used"
    fetched(engine, storage, "bbbb")
    assert kept(engine) == {b"bbbb"}


def test_sources_evicting_each_other_stay_complete_while_in_use(counting):
    storage, engine = counting
    engine = replace(engine, limits=Limits(kept_source_bytes=1))
    for number in range(6):
        put(storage, bytes([number]) * 4, f"s3://in/{number}")

    def use(number):
        with source_file(f"s3://in/{number % 6}", engine) as path:
            return path.read_bytes() == bytes([number % 6]) * 4

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(60)))


def test_folder_that_was_made_again_meanwhile_is_not_removed(tmp_path, monkeypatch):
    folder = tmp_path / "source"
    folder.mkdir()
    locked = shared_folders._locked

    def locked_late(handle, how):
        folder.rename(tmp_path / "before")
        folder.mkdir()
        return locked(handle, how)

    monkeypatch.setattr(shared_folders, "_locked", locked_late)
    assert not shared_folders.remove_unused(folder)
    assert folder.is_dir()
