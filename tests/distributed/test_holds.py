"""As many jobs of a paused workflow as may wait, by many clients at once, on PostgreSQL."""

from collections import Counter
from collections.abc import Iterator

import pytest

from demo.stack import Stack
from tests.distributed.crowd import crowd, pace, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]
WAITING = 1000


def pause(stack: Stack, dag_id: str, *, paused: bool) -> None:
    stack.api("PATCH", f"dags/{dag_id}", {"is_paused": paused})


@pytest.fixture
def paused(stack: Stack) -> Iterator[Stack]:
    """The running stack, in which the workflow ``quick`` is paused; its jobs are left in a paused queue."""
    pause(stack, "media_quick", paused=True)
    yield stack
    pause(stack, "media_ingest_normal__patient", paused=True)
    pause(stack, "media_quick", paused=False)


def queue(stack: Stack) -> dict[str, object]:
    return stack.api("GET", "/media/v1/accounts/patient/queues")["queues"]["normal"]


def test_paused_workflow_fills_queue_exactly_without_blocking_other_workflow(
    paused: Stack, headers: dict[str, str]
) -> None:
    stack = paused
    answers = crowd(
        stack.airflow_url, headers, [submission("patient", number) for number in range(WAITING + 50)], clients=10
    )
    print(f"\n10 clients, submissions to a paused workflow {pace(answers, clients=10)}")
    told = Counter((answer.status, (answer.body.get("hold") or answer.body.get("error"))["code"]) for answer in answers)
    assert told == {(201, "workflow_paused"): WAITING, (429, "queue_full"): 50}
    assert (queue(stack)["waiting"], queue(stack)["held"]) == (WAITING, WAITING)
    (other,) = crowd(
        stack.airflow_url, headers, [submission("patient", WAITING + 50, workflow="hold", priority="low")], clients=1
    )
    assert (other.status, other.body["state"]) == (201, "running")
    slot = f"dags/media_ingest_low__patient/dagRuns/low__{other.body['id']}/taskInstances/job"
    stack.wait_until(
        lambda: stack.api("GET", slot)["state"] == "deferred", what="the other job to get a slot", timeout_seconds=30
    )

    pause(stack, "media_ingest_normal__patient", paused=True)
    pause(stack, "media_quick", paused=False)
    stack.wait_until(lambda: queue(stack)["held"] == 0, what="the jobs to be released", timeout_seconds=20)
    ids = [
        answer.body["id"]
        for answer in sorted((one for one in answers if one.status == 201), key=lambda one: one.body["submitted_at"])
    ]
    places = [
        stack.api("GET", f"/media/v1/accounts/patient/jobs/{ids[place - 1]}")["position"] for place in (1, 500, WAITING)
    ]
    assert places == [1, 500, WAITING]
