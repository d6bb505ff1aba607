import time

import pytest

from airflow_provider_media.core.accounts.accounts import Account, Queues
from airflow_provider_media.core.dag_ids import EXPIRY
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.factory.ingest import ingest_dags
from airflow_provider_media.hooks import catalogue
from airflow_provider_media.operators import expiry
from airflow_provider_media.operators.expiry import UploadExpiryOperator

PLACE = "s3://media-in/put/"
OWN = "0123456789abcdef"


class Bucket:
    """Objects by their URIs, with the hours since they came."""

    def __init__(self, **hours):
        self.objects = hours
        self.gone = set()

    def list(self, uri):
        for key, hours in self.objects.items():
            if key.startswith(uri):
                yield ObjectInfo(uri=key, size=1, version="v", modified=time.time() - hours * 3600)

    def delete(self, uri):
        if uri in self.gone:
            raise ObjectNotFound
        del self.objects[uri]


@pytest.fixture
def bucket(monkeypatch):
    one = Bucket()
    monkeypatch.setattr(
        expiry, "MediaHook", lambda connection: type("Hook", (), {"storage": staticmethod(lambda uri: one)})
    )
    return one


def use(monkeypatch, **uploads):
    queues = Queues(accounts={"acme": Account(name="acme", uploads=uploads or None)})
    monkeypatch.setattr(catalogue, "queues", lambda: queues)
    monkeypatch.setattr("airflow_provider_media.factory.ingest.queues", lambda: queues)


def test_upload_expiry_deletes_only_uploads_older_than_one_day(bucket, monkeypatch):
    use(monkeypatch, location=PLACE)
    kept = {
        f"{PLACE}{OWN}/young.mp4": 23.9,
        f"{PLACE}own/old.mp4": 99,
        f"{PLACE}old.mp4": 99,
        f"{PLACE}{OWN}/deep/old.mp4": 99,
    }
    bucket.objects = {f"{PLACE}{OWN}/old.mp4": 24.1, **kept, f"{PLACE}{OWN}/gone.mp4": 30}
    bucket.gone = {f"{PLACE}{OWN}/gone.mp4"}
    assert UploadExpiryOperator(task_id="acme", account="acme").execute({}) == 2
    assert {key: hours for key, hours in bucket.objects.items() if key not in bucket.gone} == kept


def test_nothing_is_deleted_once_the_place_is_closed(bucket, monkeypatch):
    use(monkeypatch)
    bucket.objects = {f"{PLACE}{OWN}/old.mp4": 99}
    assert UploadExpiryOperator(task_id="acme", account="acme").execute({}) == 0
    assert bucket.objects


def test_only_accounts_with_a_place_have_it_emptied(monkeypatch):
    use(monkeypatch)
    assert EXPIRY not in ingest_dags()
    use(monkeypatch, location=PLACE)
    assert ingest_dags()[EXPIRY].task_ids == ["acme"]
