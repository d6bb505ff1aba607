"""Lists where ten thousand jobs are in PostgreSQL: pages show every job once, and unchanged ones cost less."""

from collections.abc import Iterator

import pytest

from airflow_provider_media.core.submission.views import JobFilter
from tests.airflow_database import database, store
from tests.distributed.many_jobs import RUNNING, WAITING, fill
from tests.distributed.polled_lists import app_of, poll, ratio
from tests.distributed.postgres import installed, postgres
from tests.unit.provider.job_store.conftest import dags, queues, secret  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.skipif(not installed(), reason="there is no PostgreSQL on this machine"),
]
JOBS = 10_000


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, dags) -> Iterator[None]:  # noqa: F811 - a fixture
    folder = tmp_path_factory.mktemp("database")
    with pytest.MonkeyPatch.context() as patch, postgres(folder) as url, database(folder, url):
        patch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
        store(dags)
        yield


@pytest.fixture
def many(queues):  # noqa: F811 - a fixture
    fill(queues, JOBS)
    return queues


def list_jobs(queues, **wanted):  # noqa: F811 - a parameter
    from airflow_provider_media.job_store.job_queries import list_jobs

    return list_jobs(queues.account(), JobFilter(details=True, **wanted))


def test_pages_of_ten_thousand_jobs_show_every_job_once(many) -> None:
    from airflow_provider_media.job_store.job_queries import describe_queues

    now = describe_queues(many.account())
    assert (now.active, now.queues["normal"].waiting) == (RUNNING, WAITING)
    first = list_jobs(many, limit=200)
    second = list_jobs(many, limit=200, cursor=first.next)
    assert len({job.id for job in (*first.jobs, *second.jobs)}) == 400
    assert [job.position for job in first.jobs[:2]] == [WAITING, WAITING - 1]


@pytest.mark.parametrize("wanted", [{}, {"state": "running"}, {"state": "succeeded"}], ids=str)
def test_unchanged_page_costs_less_than_a_whole_one(many, wanted) -> None:
    with app_of(many) as app:
        taken = poll(app, {"page": {"limit": 200, **wanted}}, times=30)["page"]
    assert ratio(taken) < 0.9
