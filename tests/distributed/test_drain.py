"""In which order full queues are emptied, and what other accounts notice of it."""

import os
import random
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from demo.stack import Stack
from tests.distributed.crowd import crowd, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(3600)]
JOBS = int(os.environ.get("MEDIA_DRAIN_JOBS", "40"))
"""Jobs that wait; 2,000 fill both queues and take an hour of two cores."""
SLOTS = 3
STARTING = timedelta(seconds=3)
"""How long a busy machine may take to start a task's process."""
Receipt = dict[str, Any]


def submit(stack: Stack, headers: dict[str, str], account: str, number: int, **more: str) -> Receipt:
    (answer,) = crowd(stack.airflow_url, headers, [submission(account, number, **more)], clients=1)
    assert answer.status == 201, answer
    return answer.body


def where(receipt: Receipt) -> tuple[str, str]:
    """DAG and run of a job in its queue."""
    return f"media_ingest_{receipt['priority']}__{receipt['account']}", f"{receipt['priority']}__{receipt['id']}"


def slot_tasks(stack: Stack, receipts: list[Receipt]) -> list[dict[str, Any]]:
    """The tasks that hold the slots of jobs."""
    return [stack.api("GET", f"dags/{dag}/dagRuns/{run}/taskInstances/job") for dag, run in map(where, receipts)]


def works(stack: Stack, receipts: list[Receipt]) -> list[dict[str, Any]]:
    """The runs of jobs in their workflow's DAG."""
    return [stack.api("GET", f"dags/media_quick/dagRuns/{where(receipt)[1]}") for receipt in receipts]


def when(task: dict[str, Any], field: str) -> datetime:
    return datetime.fromisoformat(task[field])


def test_slots_go_to_oldest_normal_then_low_for_every_pair(stack: Stack, headers: dict[str, str]) -> None:
    holders = [submit(stack, headers, "drain", number, workflow="hold") for number in range(SLOTS)]
    shuffled = random.Random(7).sample(["normal", "low"] * (JOBS // 2), JOBS)
    waiting = [
        submit(stack, headers, "drain", 100 + number, priority=priority) for number, priority in enumerate(shuffled)
    ]
    assert {receipt["state"] for receipt in waiting} == {"waiting"}

    def hold() -> bool:
        return [task["state"] for task in slot_tasks(stack, holders)] == ["deferred"] * SLOTS

    stack.wait_until(hold, what="jobs to hold all slots", timeout_seconds=90)
    for receipt in holders:
        stack.api("PATCH", f"dags/media_hold/dagRuns/{where(receipt)[1]}", {"state": "failed"})
    stack.wait_until(lambda: left(stack) <= JOBS - SLOTS, what="the first slots to change hands", timeout_seconds=60)
    other = submit(stack, headers, "second", 1)
    assert other["state"] == "running"
    stack.wait_until(lambda: left(stack) == 0, what="the queues to be empty", timeout_seconds=60 + 10 * JOBS)
    stack.wait_until(
        lambda: [task["state"] for task in slot_tasks(stack, waiting)] == ["success"] * JOBS,
        what="the last jobs",
        timeout_seconds=60,
    )
    (began,) = slot_tasks(stack, [other])
    assert (when(began, "start_date") - datetime.fromisoformat(other["submitted_at"])).total_seconds() < 10
    check_order(
        slot_tasks(
            stack, [receipt for priority in ("normal", "low") for receipt in waiting if receipt["priority"] == priority]
        )
    )
    check_slots(slot_tasks(stack, waiting), works(stack, waiting))


def left(stack: Stack) -> int:
    """Jobs that wait."""
    return sum(queue["waiting"] for queue in stack.api("GET", "/media/v1/accounts/drain/queues")["queues"].values())


def check_order(tasks: list[dict[str, Any]]) -> None:
    """Every pair of jobs got its slots in the order of the rules; processes of such as got them at about one moment may
    start in any.
    """
    for earlier, later in combinations(tasks, 2):
        apart = when(later, "queued_when") - when(earlier, "queued_when")
        assert apart >= timedelta(0)
        assert when(earlier, "start_date") < when(later, "start_date") or apart < STARTING


def check_slots(tasks: list[dict[str, Any]], runs: list[dict[str, Any]]) -> None:
    """Each job held its slot from before its work began until it had ended, and no more held one at a time than there
    are.
    """
    for task, run in zip(tasks, runs, strict=True):
        assert when(task, "queued_when") <= when(run, "queued_at") <= when(run, "end_date") <= when(task, "end_date")
    steps = sorted(
        [(when(task, "queued_when"), 1) for task in tasks] + [(when(task, "end_date"), -1) for task in tasks]
    )
    held = most = 0
    for _, step in steps:
        held += step
        most = max(most, held)
    assert most <= SLOTS
