"""Lists, pages and priorities of jobs, and queue histories, on PostgreSQL: the tests that SQLite passes."""

from collections.abc import Iterator

import pytest

from tests.airflow_database import database, store
from tests.distributed.postgres import installed, postgres
from tests.unit.provider.job_store.conftest import dags, queues, secret  # noqa: F401 - fixtures
from tests.unit.provider.job_store.test_job_list_versions import *  # noqa: F403 - its tests
from tests.unit.provider.job_store.test_job_lists import *  # noqa: F403 - its tests
from tests.unit.provider.job_store.test_job_pages import *  # noqa: F403 - its tests
from tests.unit.provider.job_store.test_job_priority import *  # noqa: F403 - its tests
from tests.unit.provider.job_store.test_queue_history import *  # noqa: F403 - its tests
from tests.unit.provider.job_store.test_queue_limits import *  # noqa: F403 - its tests

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.skipif(not installed(), reason="there is no PostgreSQL on this machine"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, dags) -> Iterator[None]:  # noqa: F811 - a fixture
    folder = tmp_path_factory.mktemp("database")
    with pytest.MonkeyPatch.context() as patch, postgres(folder) as url, database(folder, url):
        patch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
        store(dags)
        yield
