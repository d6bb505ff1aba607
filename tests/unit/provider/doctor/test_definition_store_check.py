"""The doctor finds a definition store that cannot be read, or that lets people overwrite each other."""

import pytest

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.doctor import definition_store as check
from airflow_provider_media.hooks.definitions import definition_store


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", f"file://{tmp_path}/store")
    return tmp_path / "store"


def found():
    return [(one.status, one.message) for one in check.definitions()]


def test_no_store_is_no_finding(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", "")
    assert found() == []


def test_sound_store_is_counted_and_left_as_it_was(place):
    definition_store().put("workflows", "clips", DefinitionText(text="x"), status="draft", base=None, saved_by="ann")
    ((status, message),) = found()
    assert (status, "1 workflows, 0 state-machines" in message) == ("ok", True)
    assert [path.name for path in place.rglob("*") if path.is_file()] == ["000001.json"]


def test_place_that_cannot_be_written_is_error(place):
    place.write_text("a file where the folder should be")
    ((status, message),) = found()
    assert (status, "folder" in message) == ("error", True)


def test_storage_that_overwrites_is_error(place, monkeypatch):
    class Careless(MemoryStorage):
        def write(self, uri, content, *, media_type, if_absent=False):
            return super().write(uri, content, media_type=media_type)

    monkeypatch.setattr(check, "open_storage", lambda *_: Careless())
    ((status, message),) = found()
    assert (status, "overwrite each other" in message) == ("error", True)


def test_object_that_is_no_definition_is_error(place):
    path = place / "workflows" / "junk" / "versions" / "000001.json"
    path.parent.mkdir(parents=True)
    path.write_text("junk")
    ((status, message),) = found()
    assert (status, "holds no definition" in message) == ("error", True)
