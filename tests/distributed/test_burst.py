"""Far more submissions than an account's queues hold, by many clients at once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.stack import Stack
from tests.distributed.crowd import Answer, Call, crowd, pace

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]
PATH = "/media/v1/accounts/{account}/ingest-requests"
ACTIVE, WAITING, REFUSED = 100, 1000, 500


def submissions(account: str, priorities: list[str]) -> list[Call]:
    path = PATH.format(account=account)
    return [(path, {"source": f"s3://media-in/{number}.mp4", "priority": priority}) for number, priority in enumerate(priorities)]


def bare_runs(number: int, name: str) -> list[Call]:
    now = datetime.now(UTC)
    bodies = ({"dag_run_id": f"{name}-{each}", "logical_date": (now + timedelta(microseconds=each)).isoformat()} for each in range(number))
    return [("/api/v2/dags/bare/dagRuns", body) for body in bodies]


def told(answers: list[Answer]) -> Counter[tuple[int, str]]:
    return Counter((answer.status, answer.body.get("state") or answer.body["error"]["code"]) for answer in answers)


def test_fifty_clients_fill_the_queues_exactly_and_the_rest_is_refused(stack: Stack, headers: dict[str, str]) -> None:
    priorities = ["normal", "low"] * ((ACTIVE + 2 * WAITING + REFUSED) // 2)
    # Fifty clients at once are more than Airflow's own route has connections for.
    bare = pace(crowd(stack.airflow_url, headers, bare_runs(200, "bare"), clients=10), clients=10)
    ten = crowd(stack.airflow_url, headers, submissions("other", priorities[:200]), clients=10)
    answers = crowd(stack.airflow_url, headers, submissions("default", priorities), clients=50)
    print(f"\n10 clients, bare runs    {bare}\n10 clients, submissions {pace(ten, clients=10)}")
    print(f"50 clients, submissions {pace(answers, clients=50)}")
    assert told(ten) == {(201, "running"): 5, (201, "waiting"): 195}
    assert told(answers) == {(201, "running"): ACTIVE, (201, "waiting"): 2 * WAITING, (429, "queue_full"): REFUSED}
    queues = stack.api("GET", "/media/v1/accounts/default/queues")
    assert (queues["active"], [queues["queues"][each]["waiting"] for each in ("normal", "low")]) == (ACTIVE, [WAITING, WAITING])
    # A submission is one transaction of one run, as Airflow's own is: it may cost more, but not another order of it.
    assert pace(ten, clients=10).p50 < 5 * bare.p50
