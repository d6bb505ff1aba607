import pytest

from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.memory import MemoryStorage
from tests.unit.core.storage.storage_contract import StorageContract, VersionContract


class TestMemoryStorage(StorageContract, VersionContract):
    @pytest.fixture
    def storage(self):
        return MemoryStorage()

    @pytest.fixture
    def base(self):
        return "s3://bucket/out/"


class Failing(MemoryStorage):
    def put(self, uri, content, **options):
        raise StorageError(f"{uri} failed.")


def test_a_subclass_decides_which_writes_fail(tmp_path):
    storage = Failing()
    with pytest.raises(StorageError, match="failed"):
        storage.write("s3://bucket/a", b"", media_type="text/plain")
    assert list(storage.list("s3://")) == []


def test_media_types_and_metadata_can_be_looked_at(tmp_path):
    storage = MemoryStorage()
    storage.write("s3://bucket/a", b"{}", media_type="application/json")
    assert storage.objects["s3://bucket/a"].media_type == "application/json"
