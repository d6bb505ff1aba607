import errno
import os
from pathlib import Path

import pytest

from airflow_provider_media.core.media.uri import join
from airflow_provider_media.core.storage import local
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, StorageForbidden
from airflow_provider_media.core.storage.local import LocalStorage
from tests.unit.core.storage.storage_contract import StorageContract, VersionContract


@pytest.fixture
def storage():
    return LocalStorage()


@pytest.fixture
def base(tmp_path):
    return f"file://{tmp_path}/objects/"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "objects"


class TestLocalStorage(StorageContract, VersionContract):
    @pytest.fixture
    def storage(self):
        return LocalStorage()

    @pytest.fixture
    def base(self, tmp_path_factory):
        return f"file://{tmp_path_factory.mktemp('objects')}/"


def test_a_plain_path_is_a_file_as_well(storage, tmp_path):
    (tmp_path / "50%.txt").write_text("half")
    assert storage.read(str(tmp_path / "50%.txt")) == b"half"


def test_a_folder_is_no_object(storage, tmp_path):
    with pytest.raises(ObjectNotFound):
        storage.head(f"file://{tmp_path}")


def test_nothing_is_left_of_a_write_that_fails(storage, base, folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageError, match="full"):
        storage.write(f"{base}one", b"x", media_type="text/plain")
    assert list(folder.iterdir()) == []


def test_what_is_still_being_written_is_no_object(storage, base, folder):
    folder.mkdir()
    (folder / f"{local.PART_PREFIX}1").write_bytes(b"half")
    assert list(storage.list(base)) == []


def test_a_copy_takes_no_room_where_hard_links_work(storage, base, folder):
    storage.write(f"{base}from", b"x", media_type="text/plain")
    storage.copy(f"{base}from", f"{base}to", media_type="text/plain")
    assert (folder / "from").samefile(folder / "to")


def test_copy_is_own_file_where_hard_links_do_not_work(storage, base, folder, monkeypatch):
    def refused(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    storage.write(f"{base}from", b"x", media_type="text/plain")
    storage.copy(f"{base}from", f"{base}to", media_type="text/plain")
    assert (folder / "to").read_bytes() == b"x"
    assert not (folder / "from").samefile(folder / "to")
    assert sorted(path.name for path in folder.iterdir()) == ["from", "to"]


def test_source_growing_while_read_is_not_taken_for_whole(storage, tmp_path):
    source = tmp_path / "growing"
    source.write_bytes(b"x")

    def grow(done):
        if done == 1:
            with source.open("ab") as stream:
                stream.write(b"y")

    with pytest.raises(StorageError, match="was changed while it was read"):
        storage.download(f"file://{source}", tmp_path / "got", progress=grow)
    assert [path.name for path in tmp_path.iterdir()] == ["growing"]


def test_a_folder_that_may_not_be_written_is_forbidden(storage, base, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(StorageForbidden, match="owner and the mode"):
        storage.write(join(base, "one"), b"x", media_type="text/plain")
