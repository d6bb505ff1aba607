"""Executions of state machines in the real Airflow survive what kills processes, stop when they are stopped, and go on
when redriven.
"""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import airflow_home
from demo.component import start
from demo.stack import Stack
from tests.stacks import lay_out_project, project_stack

HERE = Path(__file__).parent
NAMES = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
CALLS = ("First", "Second", "Third")
BOTH = pytest.mark.parametrize("machine", ["ten", "ten_in_one_task"])

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow that soon notices that a worker, or a scheduler, is gone."""
    project = lay_out_project(tmp_path_factory.mktemp("machines"), HERE / "machines" / "machines.py")
    options = {
        "scheduler.task_instance_heartbeat_timeout": "10",
        "scheduler.task_instance_heartbeat_timeout_detection_interval": "2",
        "scheduler.task_instance_heartbeat_sec": "2",
        "scheduler.scheduler_heartbeat_sec": "2",
        "scheduler.scheduler_health_check_threshold": "15",
        "scheduler.orphaned_tasks_check_interval": "5",
    }
    with project_stack(project, options=options) as running:
        machines = (
            "state_machine_ten",
            "state_machine_ten_in_one_task",
            "state_machine_apart",
            "state_machine_asking",
            "state_machine_three_calls",
        )
        for dag_id in (*machines, "media_state_task", "media_state_wait"):
            running.wait_for_dag(dag_id, timeout_seconds=120)
        yield running


def begin(stack: Stack, machine: str, run_id: str, conf: dict[str, object]) -> None:
    stack.api(
        "POST", f"dags/state_machine_{machine}/dagRuns", {"dag_run_id": run_id, "logical_date": None, "conf": conf}
    )


def lines(folder: Path) -> list[list[str]]:
    file = folder / "lines"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def done(folder: Path) -> Counter[str]:
    return Counter(line[0] for line in lines(folder))


def wait_for_line(stack: Stack, folder: Path, *states: str) -> None:
    stack.wait_until(lambda: set(states) <= done(folder).keys(), what=f"{states} to begin", timeout_seconds=120)


@BOTH
def test_killed_worker_repeats_only_the_state_in_progress(stack: Stack, machine: str, tmp_path: Path) -> None:
    (tmp_path / "Five.hold").touch()
    begin(stack, machine, "killed", {"folder": str(tmp_path)})
    wait_for_line(stack, tmp_path, "Five")
    (_, task, supervisor) = lines(tmp_path)[-1]
    for process in (supervisor, task):
        os.kill(int(process), signal.SIGKILL)
    (tmp_path / "Five.hold").unlink()
    assert stack.wait_for_run(f"state_machine_{machine}", "killed", timeout_seconds=240)["state"] == "success"
    assert done(tmp_path) == Counter(NAMES) + Counter(["Five"])
    assert [line[0] for line in lines(tmp_path)] == [*NAMES[:5], "Five", *NAMES[5:]]


@BOTH
def test_killed_scheduler_with_all_workers_repeats_only_state_in_progress(
    stack: Stack, machine: str, tmp_path: Path
) -> None:
    (tmp_path / "Five.hold").touch()
    begin(stack, machine, "scheduler", {"folder": str(tmp_path)})
    wait_for_line(stack, tmp_path, "Five")
    restart(stack, "scheduler")
    (tmp_path / "Five.hold").unlink()
    assert stack.wait_for_run(f"state_machine_{machine}", "scheduler", timeout_seconds=240)["state"] == "success"
    assert done(tmp_path) == Counter(NAMES) + Counter(["Five"])
    assert [line[0] for line in lines(tmp_path)] == [*NAMES[:5], "Five", *NAMES[5:]]


@BOTH
def test_a_failed_execution_goes_on_from_the_state_that_failed(stack: Stack, machine: str, tmp_path: Path) -> None:
    (tmp_path / "Seven.broken").touch()
    begin(stack, machine, "redriven", {"folder": str(tmp_path)})
    assert stack.wait_for_run(f"state_machine_{machine}", "redriven", timeout_seconds=240)["state"] == "failed"
    (tmp_path / "Seven.broken").unlink()
    stack.airflow("media", "statemachine", "redrive", machine, "redriven")
    stack.wait_until(lambda: "Ten" in done(tmp_path), what="the redrive to come to the end", timeout_seconds=240)
    assert stack.wait_for_run(f"state_machine_{machine}", "redriven", timeout_seconds=60)["state"] == "success"
    assert done(tmp_path) == Counter(NAMES) + Counter(["Seven"])


def three_calls(stack: Stack, folder: Path, run_id: str) -> None:
    """An execution with three calls under way."""
    for name in CALLS:
        (folder / f"{name}.hold").touch()
    begin(stack, "three_calls", run_id, {"folder": str(folder)})
    wait_for_line(stack, folder, *CALLS)


def test_calls_of_parallel_branches_run_at_the_same_time(stack: Stack, tmp_path: Path) -> None:
    three_calls(stack, tmp_path, "together")
    for name in reversed(CALLS):
        (tmp_path / f"{name}.hold").unlink()
    assert stack.wait_for_run("state_machine_three_calls", "together", timeout_seconds=120)["state"] == "success"
    assert result(stack, "three_calls", "together") == list(CALLS)
    assert done(tmp_path) == Counter(CALLS)


def test_calls_in_progress_stop_when_user_ends_execution(stack: Stack, tmp_path: Path) -> None:
    three_calls(stack, tmp_path, "stopped")
    stack.api("PATCH", "dags/state_machine_three_calls/dagRuns/stopped", {"state": "failed"})
    stack.wait_until(
        lambda: all((tmp_path / f"{name}.stopped").exists() for name in CALLS),
        what="the calls to stop",
        timeout_seconds=60,
    )
    assert done(tmp_path) == Counter(CALLS)


def test_calls_in_progress_in_killed_worker_are_not_repeated(stack: Stack, tmp_path: Path) -> None:
    three_calls(stack, tmp_path, "lost")
    (_, task, supervisor) = lines(tmp_path)[-1]
    for process in (supervisor, task):
        os.kill(int(process), signal.SIGKILL)
    assert stack.wait_for_run("state_machine_three_calls", "lost", timeout_seconds=240)["state"] == "failed"
    assert done(tmp_path) == Counter(CALLS)


def test_runs_apart_outlive_a_killed_triggerer_and_are_found_again(stack: Stack, tmp_path: Path) -> None:
    items = ["a", "b", "c"]
    for item in items:
        (tmp_path / f"Item{item}.hold").touch()
    begin(stack, "apart", "apart", {"folder": str(tmp_path), "groups": [["a", "b"], [], ["c"]]})
    wait_for_line(stack, tmp_path, "Itema", "Itemb", "Itemc")
    stack.wait_until(
        lambda: execution(stack, "apart", "apart")["state"] == "deferred",
        what="the execution to wait",
        timeout_seconds=60,
    )
    restart(stack, "triggerer")
    for item in items:
        (tmp_path / f"Item{item}.hold").unlink()
    assert stack.wait_for_run("state_machine_apart", "apart", timeout_seconds=240)["state"] == "success"
    assert result(stack, "apart", "apart") == [["Itema", "Itemb"], [], ["Itemc"]]
    assert done(tmp_path) == Counter(f"Item{item}" for item in items)


def test_runs_apart_stop_when_somebody_ends_their_execution(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "Itema.hold").touch()
    begin(stack, "apart", "stopped", {"folder": str(tmp_path), "groups": [["a"]]})
    wait_for_line(stack, tmp_path, "Itema")
    stack.api("PATCH", "dags/state_machine_apart/dagRuns/stopped", {"state": "failed"})
    stack.wait_until((tmp_path / "Itema.stopped").exists, what="the run apart to stop", timeout_seconds=60)
    (run,) = [each for each in children(stack) if "~stopped~" in each["dag_run_id"]]
    assert stack.wait_for_run("media_state_task", run["dag_run_id"], timeout_seconds=60)["state"] == "failed"


def test_a_loop_asks_again_and_again_until_somebody_approves(stack: Stack, tmp_path: Path) -> None:
    begin(stack, "asking", "asking", {"folder": str(tmp_path)})
    for number, approved in enumerate([False, False, True], 1):
        stack.wait_until(
            lambda number=number: len(tokens(tmp_path)) == number, what=f"question {number}", timeout_seconds=120
        )
        stack.airflow(
            "media", "statemachine", "succeed", tokens(tmp_path)[-1], "--output", json.dumps({"approved": approved})
        )
    assert stack.wait_for_run("state_machine_asking", "asking", timeout_seconds=120)["state"] == "success"
    assert result(stack, "asking", "asking") == {"approved": True}
    assert len(set(tokens(tmp_path))) == 3


def tokens(folder: Path) -> list[str]:
    file = folder / "tokens"
    return file.read_text().splitlines() if file.exists() else []


def result(stack: Stack, machine: str, run_id: str) -> object:
    place = f"dags/state_machine_{machine}/dagRuns/{run_id}/taskInstances/result/xcomEntries/return_value"
    return stack.api("GET", f"{place}?deserialize=true")["value"]


def execution(stack: Stack, machine: str, run_id: str) -> dict[str, str]:
    return stack.api("GET", f"dags/state_machine_{machine}/dagRuns/{run_id}/taskInstances/result")


def children(stack: Stack) -> list[dict[str, str]]:
    return stack.api("GET", "dags/media_state_task/dagRuns")["dag_runs"]


def restart(stack: Stack, name: str) -> None:
    """Kill a component of Airflow, all processes of it, and start it again."""
    stack.components[name].kill()
    stack.components[name].release()
    stack.components[name].join()
    argv = airflow_home.command(name, 0)
    environment = airflow_home.of_component(name, stack.environment)
    stack.components[name] = start(
        name, argv, environment=environment, logs=stack.home / "logs" / "components", directory=stack.home
    )
