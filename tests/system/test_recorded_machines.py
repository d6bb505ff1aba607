"""Recorded executions of the real service, run by the real scheduler, end as they do in the pure engine."""

from functools import partial

import pytest

from demo.stack import Stack
from tests.dags.recorded import recorded_machines as recorded

ALREADY_THERE = 409
CHOSEN = recorded.chosen(recorded.UNDER_THE_SCHEDULER)

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(420),
    pytest.mark.skipif(not CHOSEN, reason="STATELANG_CASES names no folder"),
]


@pytest.fixture(scope="module")
def started(stack: Stack) -> Stack:
    """The stack, with a run of every case."""
    for front, name in CHOSEN:
        dag_id = recorded.dag_id(front, name)
        stack.wait_for_dag(dag_id)
        body = {"dag_run_id": "one", "logical_date": None, "conf": recorded.cases()[name]["input"]}
        stack.wait_until(partial(is_started, stack, dag_id, body), what=f"Starting {dag_id}", timeout_seconds=60)
    return stack


def is_started(stack: Stack, dag_id: str, body: dict[str, object]) -> bool:
    """Whether the run is there, or could be started: SQLite may be locked while so many DAGs are written at once."""
    status, _ = stack.request("POST", f"dags/{dag_id}/dagRuns", body)
    return status < 300 or status == ALREADY_THERE


@pytest.mark.parametrize(("front", "name"), CHOSEN)
def test_a_run_ends_as_the_pure_engine_does(started: Stack, front: str, name: str) -> None:
    case, dag_id = recorded.cases()[name], recorded.dag_id(front, name)
    expected = recorded.pure(case)
    run = started.wait_for_run(dag_id, "one", timeout_seconds=300)
    assert run["state"] == ("success" if expected.status == "SUCCEEDED" else "failed")
    key = "return_value" if expected.status == "SUCCEEDED" else "error"
    status, answer = started.request("GET", f"dags/{dag_id}/dagRuns/one/taskInstances/result/xcomEntries/{key}")
    # What is null is kept as no entry at all.
    found = answer["value"] if status < 400 else None
    if key == "error":
        recorded.assert_same_error(case, expected, found)
    else:
        assert recorded.same(case, expected.output, found), found
