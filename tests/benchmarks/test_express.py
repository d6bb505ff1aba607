"""What other requests of the API server wait for while somebody runs endless express machines; milliseconds are for
orientation.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from statistics import median

import httpx
import pytest

from demo.stack import Stack
from tests.stacks import lay_out_project, project_stack
from tests.system.rest_client import connect

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]
SECONDS = 20.0
PATHS = ("/api/v2/version", "/api/v2/dags?limit=5", "/media/v1/accounts/default/jobs")
ENDLESS = {
    "StartAt": "Pass",
    "States": {
        "Pass": {"Type": "Pass", "Result": [1], "ResultPath": "$.x", "Next": "Again"},
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.never", "IsPresent": True, "Next": "End"}],
            "Default": "Pass",
        },
        "End": {"Type": "Succeed"},
    },
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    include = {
        "state_machines/endless.json": json.dumps(ENDLESS),
        "state_machines/endless.yaml": "type: express\n",
    }
    project = lay_out_project(tmp_path_factory.mktemp("express"), "media_ingest.py", include=include)
    with project_stack(project, dag_ids=["media_ingest_normal"]) as running:
        yield running


def waits(client: httpx.Client, stack: Stack) -> dict[str, list[float]]:
    """Seconds that each answer took, in ascending order, by its path."""
    taken: dict[str, list[float]] = {path: [] for path in PATHS}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for path, seconds in taken.items():
            began = time.perf_counter()
            client.get(f"{stack.airflow_url}{path}").raise_for_status()
            seconds.append(time.perf_counter() - began)
    return {path: sorted(seconds) for path, seconds in taken.items()}


def run_endlessly(client: httpx.Client, stack: Stack, over: threading.Event) -> None:
    while not over.is_set():
        url = f"{stack.airflow_url}/media/v1/state-machines/endless/sync-executions"
        ended = client.post(url, json={"input": {}}, timeout=400).raise_for_status().json()
        assert ended["error"] == "States.Runtime", ended


def test_endless_express_machines_hold_up_nobody_else(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    with connect(stack.airflow_url, "admin", stack.password) as client:
        found = {"alone": waits(client, stack)}
        for machines in (1, 4):
            found[f"with {machines}"] = beside(machines, lambda: waits(client, stack), client, stack)
    with capsys.disabled():
        for name, taken in found.items():
            for path, seconds in taken.items():
                print(
                    f"\n{name:7} {path:34} p50 {median(seconds) * 1e3:4.0f} ms, p99 {p99(seconds) * 1e3:4.0f} ms",
                    end="",
                )
        print()
    # In the server's own process, four machines made others wait a hundred times as long.
    for path in PATHS:
        assert p99(found["with 4"][path]) < 10 * p99(found["alone"][path])


def p99(ascending: list[float]) -> float:
    return ascending[int(len(ascending) * 0.99)]


def beside(
    machines: int, work: Callable[[], dict[str, list[float]]], client: httpx.Client, stack: Stack
) -> dict[str, list[float]]:
    over = threading.Event()
    threads = [threading.Thread(target=run_endlessly, args=(client, stack, over)) for _ in range(machines)]
    for thread in threads:
        thread.start()
    try:
        return work()
    finally:
        over.set()
        for thread in threads:
            thread.join()
