"""Definitions in each storage: the storage itself decides which of two people wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.definitions.errors import DefinitionChanged
from airflow_provider_media.core.definitions.mirror import DefinitionMirror
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.hooks.gcs import GcsStorage
from airflow_provider_media.hooks.s3 import S3Storage
from tests.fake_gcs import fake_gcs

pytestmark = pytest.mark.integration
WRITERS = ("ann", "bob")
ROUNDS = 5


class Together:
    """A storage whose writes wait for each other, so that both writers have seen the same listing."""

    def __init__(self, storage, start):
        self._storage, self._start = storage, start

    def write(self, uri, content, *, media_type, if_absent=False):
        self._start.wait(30)
        return self._storage.write(uri, content, media_type=media_type, if_absent=if_absent)

    def __getattr__(self, name):
        return getattr(self._storage, name)


@pytest.fixture
def in_s3(s3_server):
    s3_server.client().create_bucket(Bucket="media-definitions")
    return "s3://media-definitions/config/", lambda: S3Storage(s3_server.client())


@pytest.fixture
def in_gcs():
    with fake_gcs() as server:
        yield f"gs://{server.bucket()}/config/", lambda: GcsStorage(server.access(), retry_seconds=5)


@pytest.fixture
def in_folder(tmp_path):
    return f"file://{tmp_path}/config/", LocalStorage


@pytest.mark.parametrize("place", ["in_s3", "in_gcs", "in_folder"])
def test_of_two_writers_at_once_exactly_one_saves_each_version(request, place, tmp_path):
    (location, storage), start = request.getfixturevalue(place), Barrier(len(WRITERS))
    stores = {writer: DefinitionStore(Together(storage(), start), location) for writer in WRITERS}

    def put(writer, base):
        content = DefinitionText(text=f"{writer} after {base}")
        try:
            return stores[writer].put("workflows", "clips", content, status="published", base=base, saved_by=writer)
        except DefinitionChanged as changed:
            return changed

    winners = []
    with ThreadPoolExecutor(len(WRITERS)) as pool:
        for done in range(ROUNDS):
            results = list(pool.map(lambda writer, base=done or None: put(writer, base), WRITERS))
            lost = [one for one in results if isinstance(one, DefinitionChanged)]
            won = [one for one in results if not isinstance(one, DefinitionChanged)]
            assert (len(won), len(lost)) == (1, 1)
            assert lost[0].detail["saved_by"] == won[0].saved_by
            winners += won

    history = stores["ann"].history("workflows", "clips")
    assert history == winners[::-1]
    mirror = DefinitionMirror(stores["bob"], tmp_path / "mirror")
    assert mirror.refresh("workflows") == ""
    assert [path.read_text() for path in mirror.published("workflows")] == [winners[-1].text]
