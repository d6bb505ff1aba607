"""Executions are runs: made once by name, looked at and stopped; on Airflow's own tables."""

import threading
from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.submission.errors import QueueMissing
from airflow_provider_media.job_store.errors import ExecutionExists, ExecutionUnknown
from tests.airflow_database import machine_dags

DEFINITION = {"StartAt": "Ask", "States": {"Ask": {"Type": "Pass", "End": True}}}


@pytest.fixture(scope="module")
def dags():
    return machine_dags(greet=DEFINITION)


@pytest.fixture
def executions(tables):
    from airflow_provider_media.job_store import executions

    return executions


def end(name, state, *, last, **left):
    """End a run as Airflow and its last task do."""
    from airflow.models import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import find_run_of, push_xcom

    with create_session(scoped=False) as session:
        run = find_run_of("state_machine_greet", name, session)
        run.state, run.end_date = state, datetime.now(UTC)
        ours = (TaskInstance.run_id == name, TaskInstance.task_id == "result")
        task = session.scalar(select(TaskInstance).where(*ours))
        task.state = last
        for key, value in left.items():
            push_xcom(task, key, value=value, session=session)


def test_the_same_name_and_input_is_the_same_execution(executions):
    first = executions.start("greet", "one", {"a": [1, {"b": None}]}, "ann")
    again = executions.start("greet", "one", {"a": [1, {"b": None}]}, "bob")
    assert (first.created, again.created) == (True, False)
    assert first.execution == again.execution
    assert (first.execution.status, first.execution.input) == ("RUNNING", {"a": [1, {"b": None}]})
    with pytest.raises(ExecutionExists):
        executions.start("greet", "one", {"a": [1]}, "ann")


def test_start_concurrent_with_one_name_creates_one_execution(executions):
    gate, made = threading.Barrier(4), []

    def start():
        gate.wait(10)
        made.append(executions.start("greet", "race", {}, None).created)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


def test_start_of_machine_unknown_to_airflow_may_be_retried(executions):
    with pytest.raises(QueueMissing):
        executions.start("nowhere", "one", {}, None)


@pytest.mark.parametrize(
    ("name", "state", "last", "left", "told"),
    [
        ("done", "success", "success", {"return_value": {"x": 1}}, ("SUCCEEDED", {"x": 1}, None, None)),
        ("empty", "success", "success", {}, ("SUCCEEDED", None, None, None)),
        ("failed", "failed", "failed", {"error": {"Error": "E", "Cause": "C"}}, ("FAILED", None, "E", "C")),
        ("late", "failed", "skipped", {}, ("TIMED_OUT", None, None, None)),
        (
            "late_too",
            "failed",
            "failed",
            {"error": {"Error": None, "Cause": None, "Status": "TIMED_OUT"}},
            ("TIMED_OUT", None, None, None),
        ),
        ("ended_by_hand", "failed", "failed", {}, ("ABORTED", None, None, None)),
    ],
)
def test_execution_of_ended_run_described_in_states_language_words(executions, name, state, last, left, told):
    executions.start("greet", name, {}, None)
    end(name, state, last=last, **left)
    found = executions.find("greet", name)
    assert (found.status, found.output, found.error, found.cause) == told
    assert found.ended_at is not None


def test_stop_records_error_and_cause_and_leaves_ended_execution_unchanged(executions):
    executions.start("greet", "stopped", {}, None)
    assert executions.stop("greet", "stopped", "Enough", "Nobody waits.").status == "ABORTED"
    found = executions.stop("greet", "stopped", "Other", None)
    assert (found.status, found.error, found.cause) == ("ABORTED", "Enough", "Nobody waits.")
    executions.start("greet", "over", {}, None)
    end("over", "success", last="success", return_value=1)
    assert executions.stop("greet", "over", None, None).status == "SUCCEEDED"


@pytest.mark.parametrize(("state", "last"), [("success", "skipped"), ("failed", "skipped"), ("failed", "failed")])
def test_stopped_execution_is_aborted_whatever_airflow_makes_of_run(executions, state, last):
    name = f"stopped_{state}_{last}"
    executions.start("greet", name, {}, None)
    executions.stop("greet", name, "Enough", "Nobody waits.")
    end(name, state, last=last)
    found = executions.find("greet", name)
    assert (found.status, found.output, found.error, found.cause) == ("ABORTED", None, "Enough", "Nobody waits.")


def test_an_execution_that_is_not_there_is_unknown(executions):
    for ask in (lambda: executions.find("greet", "x"), lambda: executions.stop("greet", "x", None, None)):
        with pytest.raises(ExecutionUnknown):
            ask()
