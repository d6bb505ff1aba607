"""How long the first page of a list takes where ten thousand jobs are in PostgreSQL, beside an empty one."""

import time
from collections.abc import Iterator

import pytest

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.views import JobFilter
from tests.airflow_database import database, store
from tests.distributed.many_jobs import fill
from tests.distributed.polled_lists import app_of, poll
from tests.distributed.postgres import installed, postgres
from tests.unit.provider.job_store.conftest import dags, queues, secret  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not installed(), reason="there is no PostgreSQL on this machine"),
]
JOBS = 10_000
TIMES = 40
FIGURES = (("whole", 0.5), ("whole", 0.95), ("unchanged", 0.5), ("unchanged", 0.95))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, dags) -> Iterator[None]:  # noqa: F811 - a fixture
    folder = tmp_path_factory.mktemp("database")
    with pytest.MonkeyPatch.context() as patch, postgres(folder) as url, database(folder, url):
        patch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
        store(dags)
        yield


def list_jobs(queues, **wanted):  # noqa: F811 - a parameter
    from airflow_provider_media.job_store.job_queries import list_jobs

    return list_jobs(queues.account(), JobFilter(details=True, **wanted))


def percentile_95(act) -> float:
    taken = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[int(0.95 * TIMES)]


def measured(queues) -> dict[str, float]:  # noqa: F811 - a parameter
    filters = {
        "newest": {},
        "waiting": {"states": frozenset({JobState.WAITING})},
        "ended": {"states": frozenset({JobState.SUCCEEDED})},
        "text": {"text": "77"},
    }
    return {name: percentile_95(lambda wanted=wanted: list_jobs(queues, **wanted)) for name, wanted in filters.items()}


def test_list_of_ten_thousand_jobs_beside_one_of_few(queues, capsys) -> None:  # noqa: F811 - a fixture
    few = measured(queues)
    fill(queues, JOBS)
    many = measured(queues)
    with capsys.disabled():
        print("\n\nThe first page of a list of jobs on PostgreSQL, 95th percentile")
        for name in many:
            print(f"  {name:8} {1000 * many[name]:5.0f} ms, {many[name] / few[name]:.1f} of an empty list")
    assert set(many) == set(few)


def test_polled_list_of_ten_thousand_jobs_whole_and_unchanged(queues, capsys) -> None:  # noqa: F811 - a fixture
    fill(queues, JOBS)
    filters = {"newest": {}, "running": {"state": "running"}, "ended": {"state": "succeeded"}, "text": {"text": "77"}}
    with app_of(queues) as app:
        found = poll(app, filters, TIMES)
    with capsys.disabled():
        print("\n\nThe first page over the app on PostgreSQL, median and 95th percentile in ms: whole, and 304")
        for name, taken in found.items():
            figures = (f"{1000 * sorted(taken[kind])[int(part * TIMES)]:5.1f}" for kind, part in FIGURES)
            print(f"  {name:8}", *figures)
    assert set(found) == set(filters)
