import importlib.metadata
import sys
from types import ModuleType

import pytest

from airflow_provider_media.core import entry_points
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media import schemes
from airflow_provider_media.core.media.schemes import SCHEMES, Capability, Scheme, all_schemes, find_scheme
from airflow_provider_media.core.media.uri import join, local_path, parse, redact
from airflow_provider_media.core.storage.https import HttpsStorage
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.storage.registry import StorageSettings, opener_of, storages

ROW = Scheme(
    name="cloud",
    form="bucket",
    opener="media_cloud:open_cloud",
    capabilities=frozenset(Capability) - {Capability.IN_PLACE},
)


@pytest.fixture
def added(monkeypatch):
    """A distribution that adds the scheme ``cloud``; the list of the settings with which it was opened."""
    opened, module = [], ModuleType("media_cloud")

    def open_cloud(settings):
        opened.append(settings)
        storage = MemoryStorage()
        return lambda _: storage

    module.ROW, module.open_cloud, module.BAD = ROW, open_cloud, "no row"
    monkeypatch.setitem(sys.modules, "media_cloud", module)
    points = [importlib.metadata.EntryPoint("cloud", "media_cloud:ROW", schemes.ENTRY_POINT_GROUP)]
    points += [
        importlib.metadata.EntryPoint(name, f"media_cloud:{name.upper()}", schemes.ENTRY_POINT_GROUP)
        for name in ("bad", "absent", "s3")
    ]
    installed = importlib.metadata.EntryPoints(points)
    monkeypatch.setattr(entry_points, "entry_points", lambda *, group: installed.select(group=group))
    schemes._added.cache_clear()
    yield opened
    schemes._added.cache_clear()


def test_storages_choose_by_scheme():
    find = storages(StorageSettings(https_allow=frozenset({"media.test:80"})))
    assert isinstance(find("file:///a"), LocalStorage)
    assert isinstance(find("/a"), LocalStorage)
    assert isinstance(find("https://host/a"), HttpsStorage)
    assert find("HTTP://media.test/a").allow == {"media.test:80"}


def test_storages_open_an_added_scheme_once_with_its_first_uri(added):
    settings = StorageSettings(connection="studio")
    find = storages(settings)
    find("file:///a")
    assert added == []
    assert find("cloud://bucket/a") is find("CLOUD://other/b")
    assert added == [settings]


def test_added_scheme_is_split_joined_and_redacted_by_its_form(added):
    assert (parse("cloud://bucket/a%20b").authority, parse("cloud://bucket/a%20b").key) == ("bucket", "a%20b")
    assert join("cloud://bucket/out", "a b.mp4") == "cloud://bucket/out/a b.mp4"
    assert redact("cloud://user:pass@bucket/a?b") == "cloud://bucket/a?b"
    assert local_path("cloud://bucket/a") is None


@pytest.mark.parametrize(
    ("name", "said"),
    [("bad", "must name a Scheme but names a str"), ("absent", "media_cloud:ABSENT .* cannot be loaded")],
)
def test_added_scheme_without_a_row_is_named(added, name, said):
    with pytest.raises(ConfigurationError, match=said):
        parse(f"{name}://bucket/a")
    assert redact(f"{name}://user:pass@bucket/a?b") == f"{name}://bucket/a"


def test_added_scheme_never_replaces_one_of_this_package(added):
    assert find_scheme("s3") is next(scheme for scheme in SCHEMES if scheme.name == "s3")


def test_unknown_scheme_is_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError, match=r"s3://bucket/key, .*file:///path") as caught:
        storages()("ftp://host/a?sig=5ECRET")
    assert "5ECRET" not in str(caught.value)


@pytest.mark.parametrize("scheme", all_schemes(), ids=lambda scheme: scheme.name)
def test_scheme_has_an_opener_and_an_example_of_its_form(scheme):
    assert callable(opener_of(scheme))
    assert parse(scheme.object_example).scheme == scheme.name
    assert str(parse(scheme.folder_example)) == scheme.folder_example


def test_outputs_go_only_where_a_conditional_write_commits():
    assert {scheme.name for scheme in SCHEMES if scheme.takes_outputs} >= {"s3", "file"}
    assert not any(scheme.takes_outputs for scheme in SCHEMES if scheme.form == "web")
