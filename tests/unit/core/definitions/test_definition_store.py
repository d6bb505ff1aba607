"""Versions are created once: whoever saves on an older version hears of it, and nothing is ever overwritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.definitions.errors import DefinitionChanged, DefinitionUnknown
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.memory import MemoryStorage

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def store(storage):
    return store_of(storage)


def store_of(storage):
    return DefinitionStore(storage, "s3://config/definitions", clock=lambda: NOON)


def put(store, text="one", *, name="clips", base=None, by="ann", status="published", **more):
    return store.put(
        "workflows", name, DefinitionText(text=text), status=status, base=base, saved_by=by, comment="", **more
    )


def test_versions_are_numbered_from_one_and_newest_is_current(store):
    first, second = put(store), put(store, "two", base=1, status="disabled")
    assert (first.version, second.version, second.saved_at) == (1, 2, NOON)
    assert store.current("workflows", "clips") == second
    assert store.history("workflows", "clips") == [second, first]
    assert store.version("workflows", "clips", 1) == first


@pytest.mark.parametrize("base", [None, 1, 3])
def test_put_with_another_base_than_current_is_refused(store, base):
    put(store)
    put(store, "two", base=1, by="bob")
    with pytest.raises(DefinitionChanged, match="bob saved version 2") as caught:
        put(store, "three", base=base)
    assert caught.value.detail == {"version": 2, "saved_by": "bob", "saved_at": NOON.isoformat()}
    assert len(store.history("workflows", "clips")) == 2


def test_put_with_base_of_absent_definition_is_refused(store):
    with pytest.raises(DefinitionChanged, match="the store has none"):
        put(store, base=1)


def test_second_of_two_writers_after_same_listing_is_refused(storage):
    """The other save comes between listing and write."""

    class Interrupted(MemoryStorage):
        def write(self, uri, content, *, media_type, if_absent=False):
            if not storage.objects:
                put(store_of(storage), "other", by="bob")
            return storage.write(uri, content, media_type=media_type, if_absent=if_absent)

        def list(self, uri):
            return storage.list(uri)

        def read(self, uri, *, limit=64 * 1024 * 1024):
            return storage.read(uri, limit=limit)

    with pytest.raises(DefinitionChanged, match="bob saved version 1"):
        put(store_of(Interrupted()))
    assert store_of(storage).current("workflows", "clips").text == "other"


def test_of_many_writers_at_once_one_wins_each_version(store):
    start = Barrier(8)

    def write(number):
        start.wait()
        try:
            return put(store, f"by {number}", by=str(number))
        except DefinitionChanged:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [saved for saved in pool.map(write, range(8)) if saved is not None]
    assert [saved.version for saved in won] == [1]
    assert store.history("workflows", "clips") == won


@given(st.lists(st.tuples(st.sampled_from(["ann", "bob"]), st.booleans()), max_size=12))
def test_any_interleaving_loses_no_save(steps):
    """Each writer reads (True) or saves on what it has read last (False)."""
    store, known, saved = store_of(MemoryStorage()), {"ann": 0, "bob": 0}, 0
    for writer, reads in steps:
        if reads:
            known[writer] = saved
        elif known[writer] == saved:
            saved = known[writer] = put(store, f"{writer} {saved}", base=saved or None, by=writer).version
        else:
            with pytest.raises(DefinitionChanged):
                put(store, "lost", base=known[writer] or None, by=writer)
    history = store.history("workflows", "clips") if saved else []
    assert [one.version for one in history] == list(range(saved, 0, -1))
    assert all(one.text != "lost" for one in history)


def test_names_are_separate_although_one_begins_like_another(store):
    put(store, "a", name="clip")
    put(store, "b", name="clips")
    assert store.current("workflows", "clip").text == "a"
    assert sorted(store.latest("workflows")) == ["clip", "clips"]
    assert store.latest("state-machines") == {}


def test_foreign_objects_in_the_location_are_no_versions(store, storage):
    put(store)
    foreign = ("readme.txt", "clips/versions/latest.json", "Clips/versions/000001.json", "clips/notes/000009.json")
    copies = ("old/workflows/clips/versions/000009.json", "clips/versions/0000009.json")
    for key in (*foreign, *copies):
        storage.write(f"s3://config/definitions/workflows/{key}", b"{}", media_type="text/plain")
    assert {name: one.version for name, one in store.latest("workflows").items()} == {"clips": 1}


@pytest.mark.parametrize("content", [b"{}", b"[", b"\xff", b'{"kind": "workflows"}'])
def test_object_without_definition_is_named(store, storage, content):
    uri = "s3://config/definitions/workflows/clips/versions/000001.json"
    storage.write(uri, content, media_type="application/json")
    with pytest.raises(ConfigurationError, match=f"{uri} holds no definition"):
        store.current("workflows", "clips")


def test_location_with_other_letters_keeps_its_versions(storage):
    store = DefinitionStore(storage, "s3://config/our files (größe)", clock=lambda: NOON)
    put(store)
    assert store.current("workflows", "clips").text == "one"


def test_copied_object_is_not_taken_for_another_definition(store, storage):
    put(store)
    place = "s3://config/definitions/workflows/{}/versions/000001.json"
    storage.copy(place.format("clips"), place.format("copy"), media_type="application/json")
    with pytest.raises(ConfigurationError, match="holds version 1 of workflows/clips"):
        store.current("workflows", "copy")


def test_absent_definition_and_version_are_unknown(store):
    put(store)
    for read in (
        lambda: store.current("workflows", "nope"),
        lambda: store.history("workflows", "nope"),
        lambda: store.version("workflows", "clips", 2),
    ):
        with pytest.raises(DefinitionUnknown):
            read()
