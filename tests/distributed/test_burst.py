"""Far more submissions than an account's queues hold, by many clients at once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from demo.stack import Stack
from tests.distributed.crowd import Answer, Call, bare_runs, crowd, pace, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]
ACTIVE, WAITING, REFUSED = 100, 1000, 500


def submissions(account: str, priorities: list[str]) -> list[Call]:
    return [submission(account, number, priority=priority) for number, priority in enumerate(priorities)]


def told(answers: list[Answer]) -> Counter[tuple[int, str]]:
    return Counter((answer.status, answer.body.get("state") or answer.body["error"]["code"]) for answer in answers)


@pytest.fixture
def burst(stack: Stack) -> Iterator[Stack]:
    """The running stack; what was submitted is left to itself afterwards, so that it takes no time from other tests."""
    yield stack
    for queue in ("normal", "low", "normal__ten", "low__ten"):
        stack.api("PATCH", f"dags/media_ingest_{queue}", {"is_paused": True})


def test_fifty_clients_fill_queues_exactly_and_the_rest_are_refused(burst: Stack, headers: dict[str, str]) -> None:
    stack = burst
    priorities = ["normal", "low"] * ((ACTIVE + 2 * WAITING + REFUSED) // 2)
    # Fifty clients at once are more than Airflow's own route has connections for.
    bare = pace(crowd(stack.airflow_url, headers, bare_runs(200, "bare"), clients=10), clients=10)
    ten = crowd(stack.airflow_url, headers, submissions("ten", priorities[:200]), clients=10)
    answers = crowd(stack.airflow_url, headers, submissions("default", priorities), clients=50)
    print(f"\n10 clients, bare runs    {bare}\n10 clients, submissions {pace(ten, clients=10)}")
    print(f"50 clients, submissions {pace(answers, clients=50)}")
    assert told(ten) == {(201, "running"): 5, (201, "waiting"): 195}
    assert told(answers) == {(201, "running"): ACTIVE, (201, "waiting"): 2 * WAITING, (429, "queue_full"): REFUSED}
    # A submission is one transaction of one run, as Airflow's own is: it may cost more, but not another order of it.
    assert pace(ten, clients=10).p50 < 5 * bare.p50
    assert counts(stack) == (ACTIVE, WAITING, WAITING)
    stack.wait_until(lambda: holding(stack) >= ACTIVE, what="all slots to be held", timeout_seconds=300)
    assert holding(stack) == ACTIVE
    assert counts(stack) == (ACTIVE, WAITING, WAITING)


def counts(stack: Stack) -> tuple[int, int, int]:
    """Active jobs, and those that wait with normal and with low priority."""
    now = stack.api("GET", "/media/v1/accounts/default/queues")
    return now["active"], now["queues"]["normal"]["waiting"], now["queues"]["low"]["waiting"]


def holding(stack: Stack) -> int:
    """Tasks that wait in the triggerer for the ends of their jobs."""
    path = "dags/media_ingest_{}/dagRuns/~/taskInstances?state=deferred&limit=1"
    return sum(stack.api("GET", path.format(priority))["total_entries"] for priority in ("normal", "low"))
