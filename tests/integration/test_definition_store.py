"""Definitions in S3: the storage itself decides which of two people wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.definitions.errors import DefinitionChanged
from airflow_provider_media.core.definitions.mirror import DefinitionMirror
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.hooks.s3 import S3Storage

pytestmark = pytest.mark.integration
WRITERS = ("ann", "bob")
ROUNDS = 5


class Together(S3Storage):
    """A storage whose writes wait for each other, so that both writers have seen the same listing."""

    start = Barrier(len(WRITERS))

    def write(self, uri, content, *, media_type, if_absent=False):
        self.start.wait(30)
        return super().write(uri, content, media_type=media_type, if_absent=if_absent)


@pytest.fixture
def location(s3_server):
    s3_server.client().create_bucket(Bucket="media-definitions")
    return "s3://media-definitions/config/"


def test_of_two_writers_at_once_exactly_one_saves_each_version(s3_server, location, tmp_path):
    stores = {writer: DefinitionStore(Together(s3_server.client()), location) for writer in WRITERS}

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
    mirror = DefinitionMirror(stores["bob"], tmp_path)
    assert mirror.refresh("workflows") == ""
    assert [path.read_text() for path in mirror.published("workflows")] == [winners[-1].text]
