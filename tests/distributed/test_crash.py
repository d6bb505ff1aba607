"""Crashes of Airflow's parts while jobs are submitted and done."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from demo.stack import Stack
from tests.distributed.crowd import crowd, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]
KEYS = [f"crash-{number}" for number in range(60)]
# What the killed scheduler was doing is taken up again within seconds here, not minutes.
IMPATIENT = {
    "scheduler.scheduler_health_check_threshold": "10",
    "scheduler.orphaned_tasks_check_interval": "10",
    "scheduler.task_instance_heartbeat_timeout": "20",
}
ENDED = {"succeeded", "failed", "cancelled", "timed_out"}


def submit_until_it_dies(
    stack: Stack, headers: dict[str, str], keys: Iterator[str], acknowledged: dict[str, str]
) -> None:
    with httpx.Client(base_url=stack.airflow_url, headers=headers, timeout=30, trust_env=False) as client:
        for key in keys:
            path, body = submission("second", 1000 + KEYS.index(key), idempotency_key=key)
            try:
                answer = client.post(path, json=body)
            except httpx.TransportError:
                return
            if answer.is_success:
                acknowledged[key] = answer.json()["id"]


def jobs(stack: Stack) -> dict[str, str]:
    """States of the account's jobs by their ids."""
    return {job["id"]: job["state"] for job in stack.api("GET", "/media/v1/accounts/second/jobs?limit=200")["jobs"]}


def test_every_acknowledged_job_ends_despite_killed_api_server_and_scheduler(
    stack: Stack, headers: dict[str, str]
) -> None:
    acknowledged = dict[str, str]()
    clients = [
        threading.Thread(target=submit_until_it_dies, args=(stack, headers, iter(KEYS[start::4]), acknowledged))
        for start in range(4)
    ]
    for client in clients:
        client.start()
    while len(acknowledged) < 20:
        assert any(client.is_alive() for client in clients)
    stack.kill("api-server")
    for client in clients:
        client.join(60)
    stack.kill("scheduler")
    stack.start("api-server")
    stack.start("scheduler", IMPATIENT)
    stack.wait_until(stack.healthy, what="Airflow after the crash", timeout_seconds=120)
    assert len(acknowledged) < len(KEYS)
    assert set(acknowledged.values()) <= set(jobs(stack))
    # Those who got no answer ask again; nothing is done twice for that.
    repeated = crowd(
        stack.airflow_url,
        headers,
        [submission("second", 1000 + n, idempotency_key=key) for n, key in enumerate(KEYS)],
        clients=4,
    )
    assert {answer.status for answer in repeated} <= {200, 201}
    ours = {answer.body["id"] for answer in repeated}
    assert len(ours) == len(KEYS)
    assert set(acknowledged.values()) <= ours
    stack.wait_until(
        lambda: all(state in ENDED for job, state in jobs(stack).items() if job in ours),
        what="the end of all jobs",
        timeout_seconds=300,
    )
    assert {state for job, state in jobs(stack).items() if job in ours} == {"succeeded"}
