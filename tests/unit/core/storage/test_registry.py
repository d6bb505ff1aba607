import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.storage.https import HttpsStorage
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.storage.registry import storages


def test_the_scheme_chooses_the_storage():
    find = storages(s3=MemoryStorage, https_allow=frozenset({"media.test:80"}))
    assert isinstance(find("s3://bucket/a"), MemoryStorage)
    assert isinstance(find("file:///a"), LocalStorage)
    assert isinstance(find("/a"), LocalStorage)
    assert isinstance(find("https://host/a"), HttpsStorage)
    assert find("http://media.test/a").allow == {"media.test:80"}


def test_s3_is_made_once_and_only_when_it_is_used():
    made = []

    def make():
        made.append(MemoryStorage())
        return made[-1]

    find = storages(s3=make)
    find("file:///a")
    assert made == []
    assert find("s3://bucket/a") is find("s3://other/b")
    assert len(made) == 1


@pytest.mark.parametrize("uri", ["s3://bucket/a", "gs://bucket/a"])
def test_a_scheme_that_nobody_serves_is_refused_with_those_that_work(uri):
    with pytest.raises(ConfigurationError, match="https") as caught:
        storages()(uri)
    assert "file" in str(caught.value)
