"""What the queues cost beside bare Airflow, on a real PostgreSQL, in one run; seconds are for orientation, and no test
fails by them.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from statistics import median
from typing import Any

import pytest

from demo.stack import Stack
from tests.distributed.crowd import bare_runs, crowd, pace, sign_in, submission
from tests.distributed.running import running

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1200)]
SLOTS = 3
JOBS = 30
Say = Callable[[str], None]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("bench")) as started:
        yield started


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def aloud(line: str) -> None:
        with capsys.disabled():
            print(line)

    return aloud


def test_submissions_per_second(stack: Stack, say: Say) -> None:
    headers = sign_in(stack)
    for clients in (1, 10):
        bare = crowd(stack.airflow_url, headers, bare_runs(30 * clients, f"bare-{clients}"), clients=clients)
        say(f"\n{clients:2} clients, bare runs    {pace(bare, clients=clients)}")
        say(
            f"{clients:2} clients, submissions"
            f" {pace(submitted(stack, headers, 30 * clients, clients), clients=clients)}"
        )
    # Fifty clients at once are more than Airflow's own route has connections for.
    say(f"50 clients, submissions {pace(submitted(stack, headers, 600, 50), clients=50)}")


def submitted(stack: Stack, headers: dict[str, str], number: int, clients: int) -> Sequence[Any]:
    first = time.time_ns()
    answers = crowd(
        stack.airflow_url, headers, [submission("ten", first + each) for each in range(number)], clients=clients
    )
    assert {answer.status for answer in answers} == {201}
    return answers


def test_slots_are_idle_for_a_moment_between_two_jobs(stack: Stack, say: Say) -> None:
    headers = sign_in(stack)
    stack.api("POST", "pools", {"name": "bare", "slots": SLOTS})
    runs = [(path.replace("dags/bare/", "dags/bare_pool/"), body) for path, body in bare_runs(JOBS, "pool")]
    assert {answer.status for answer in crowd(stack.airflow_url, headers, runs, clients=5)} == {200}
    bare = [(when(task, "start_date"), when(task, "end_date")) for task in tasks_of(stack, "bare_pool", "job", JOBS)]
    answers = crowd(stack.airflow_url, headers, [submission("drain", number) for number in range(JOBS)], clients=5)
    assert {answer.status for answer in answers} == {201}
    slots = tasks_of(stack, "media_ingest_normal__drain", "job", JOBS)
    work = {task["dag_run_id"]: when(task, "end_date") for task in tasks_of(stack, "media_quick", "work", JOBS)}
    ours = [(when(task, "start_date"), work[task["dag_run_id"]]) for task in slots]
    say("\nSeconds for which a slot is idle between two jobs, and a bare pool's between two tasks:")
    for name, spans in (("jobs", ours), ("bare tasks", bare)):
        say(f"  {name:10} {median(idle(spans)):.2f}, at most {max(idle(spans)):.2f}")


def tasks_of(stack: Stack, dag_id: str, task_id: str, number: int) -> list[dict[str, Any]]:
    """The instances of a task once so many of them have succeeded."""
    found: list[dict[str, Any]] = []

    def done() -> bool:
        path = f"dags/{dag_id}/dagRuns/~/taskInstances?state=success&limit=100&task_id={task_id}"
        found[:] = [task for task in stack.api("GET", path)["task_instances"] if task["task_id"] == task_id]
        return len(found) >= number

    stack.wait_until(done, what=f"{number} successes of {task_id} in {dag_id}", timeout_seconds=400)
    return found


def when(task: dict[str, Any], field: str) -> datetime:
    return datetime.fromisoformat(task[field])


def idle(spans: Sequence[tuple[datetime, datetime]]) -> list[float]:
    """Seconds for which slots are idle: each start but the first ones takes the slot that was left first."""
    ends, starts = sorted(end for _, end in spans), sorted(start for start, _ in spans)[SLOTS:]
    return [(start - end).total_seconds() for end, start in zip(ends, starts, strict=False)]
