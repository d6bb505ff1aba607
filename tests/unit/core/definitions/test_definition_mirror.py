"""The mirror has the published definitions as files, and reads only what has changed."""

import pytest

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.definitions.mirror import DefinitionMirror
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.memory import MemoryStorage


class Counted(MemoryStorage):
    """A storage that counts its requests, and can be out of reach."""

    def __init__(self):
        super().__init__()
        self.reads, self.lists, self.is_down = [], 0, False

    def read(self, uri, *, limit=64 * 1024 * 1024):
        self.reads.append(uri)
        return super().read(uri, limit=limit)

    def list(self, uri):
        if self.is_down:
            raise StorageError("The storage is down.")
        self.lists += 1
        return super().list(uri)


@pytest.fixture
def storage():
    return Counted()


@pytest.fixture
def store(storage):
    return DefinitionStore(storage, "s3://config/definitions/")


@pytest.fixture
def mirror(store, tmp_path):
    return DefinitionMirror(store, tmp_path / "mirror")


def put(store, name="clips", text="one", base=None, status="published", kind="workflows", settings=""):
    content = DefinitionText(text=text, settings=settings)
    return store.put(kind, name, content, status=status, base=base, saved_by="ann")


def texts(mirror, kind="workflows"):
    assert mirror.refresh(kind) == ""
    return {path.name: path.read_text() for path in mirror.published(kind)}


def test_only_published_definitions_are_files(store, mirror):
    put(store, "a", "A")
    put(store, "b", "B", status="draft")
    put(store, "c", "C", status="disabled")
    assert texts(mirror) == {"a.yaml": "A"}
    assert [one.name for one in mirror.current("workflows")] == ["a", "b", "c"]


@pytest.mark.parametrize("status", ["draft", "disabled"])
def test_definition_leaves_and_comes_back(store, mirror, status):
    put(store)
    assert texts(mirror) == {"clips.yaml": "one"}
    put(store, base=1, status=status)
    assert texts(mirror) == {}
    put(store, text="two", base=2)
    assert texts(mirror) == {"clips.yaml": "two"}


def test_unchanged_store_costs_one_listing_and_no_read(store, storage, mirror):
    for name in "abc":
        put(store, name)
    texts(mirror)
    put(store, "b", "new", base=1)
    storage.reads.clear()
    storage.lists = 0
    assert texts(mirror)["b.yaml"] == "new"
    assert (storage.lists, len(storage.reads)) == (1, 1)
    texts(mirror)
    assert (storage.lists, len(storage.reads)) == (2, 1)


def test_fresh_mirror_asks_nothing_within_its_age(store, storage, mirror):
    put(store)
    mirror.refresh("workflows")
    before = storage.lists
    mirror.refresh("workflows", max_age=60)
    assert storage.lists == before
    mirror.refresh("workflows", max_age=0)
    assert storage.lists == before + 1


def test_unreachable_store_leaves_mirror_as_it_is(store, storage, mirror):
    put(store)
    before = texts(mirror)
    storage.is_down = True
    assert mirror.refresh("workflows") == "The storage is down."
    assert mirror.refresh("workflows", max_age=60) == "The storage is down."
    assert {path.name: path.read_text() for path in mirror.published("workflows")} == before


def test_failed_store_is_asked_again_only_after_a_while(store, storage, mirror):
    put(store)
    storage.is_down = True
    mirror.refresh("workflows")
    storage.is_down = False
    before = storage.lists
    assert mirror.refresh("workflows", retry_seconds=60) == "The storage is down."
    assert mirror.refresh("workflows", name="clips", retry_seconds=60) == "The storage is down."
    assert storage.lists == before
    assert mirror.refresh("workflows") == ""
    assert mirror.refresh("workflows", retry_seconds=60) == ""
    assert storage.lists == before + 2


def test_refresh_that_was_ended_counts_as_failed(store, storage, mirror, monkeypatch):
    class Ended(BaseException):
        """What ends a parse that takes too long."""

    def hang(_):
        raise Ended

    put(store)
    monkeypatch.setattr(storage, "list", hang)
    with pytest.raises(Ended):
        mirror.refresh("workflows")
    assert "did not end" in mirror.refresh("workflows", retry_seconds=60)


def test_refresh_of_one_name_leaves_others_alone(store, storage, mirror):
    put(store, "a", "A")
    put(store, "b", "B")
    texts(mirror)
    put(store, "a", "A2", base=1)
    put(store, "b", "B2", base=1)
    mirror.refresh("workflows", name="a")
    assert {path.name: path.read_text() for path in mirror.published("workflows")} == {"a.yaml": "A2", "b.yaml": "B"}


def test_state_machine_has_its_settings_beside_it(store, mirror):
    put(store, "m", "{}", kind="state-machines", settings="type: express\n")
    mirror.refresh("state-machines")
    (path,) = mirror.published("state-machines")
    assert (path.read_text(), path.with_suffix(".yaml").read_text()) == ("{}", "type: express\n")
    put(store, "m", "{ }", base=1, kind="state-machines")
    mirror.refresh("state-machines")
    assert (path.read_text(), path.with_suffix(".yaml").exists()) == ("{ }", False)


def test_file_has_time_of_its_save(store, mirror):
    saved = put(store)
    texts(mirror)
    (path,) = mirror.published("workflows")
    assert path.stat().st_mtime == pytest.approx(saved.saved_at.timestamp(), abs=1e-3)


def test_object_without_definition_is_reported_and_breaks_no_other(store, storage, mirror):
    put(store)
    uri = "s3://config/definitions/workflows/broken/versions/000001.json"
    storage.write(uri, b"nothing", media_type="text/plain")
    assert texts(mirror) == {"clips.yaml": "one"}
    (problem,) = mirror.problems("workflows")
    assert uri in problem
    storage.delete(uri)
    texts(mirror)
    assert mirror.problems("workflows") == []


def test_definition_made_again_after_deletion_replaces_its_copy(store, storage, mirror):
    put(store, text="old")
    texts(mirror)
    for uri in list(storage.objects):
        storage.delete(uri)
    put(store, text="new")
    assert texts(mirror) == {"clips.yaml": "new"}


def test_deleted_files_of_mirror_come_back(store, mirror):
    put(store)
    texts(mirror)
    mirror.published("workflows")[0].unlink()
    assert texts(mirror) == {"clips.yaml": "one"}
    for copy in (mirror.folder / "workflows" / "current").iterdir():
        copy.unlink()
    assert texts(mirror) == {"clips.yaml": "one"}


def test_unchanged_file_is_not_written_again(store, mirror):
    put(store)
    texts(mirror)
    (path,) = mirror.published("workflows")
    before = path.stat().st_ino
    texts(mirror)
    assert path.stat().st_ino == before
    assert [each.name for each in path.parent.iterdir()] == ["clips.yaml"]
