"""Time, steps and history of an execution are bounded while it computes, not only while it waits."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_media.core.statelang import Execution, execute, parse
from airflow_provider_media.core.statelang.engine.effects import Start, TaskSucceeded
from airflow_provider_media.core.statelang.engine.history import History
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution, replay
from airflow_provider_media.core.statelang.engine.visits import visits_of
from airflow_provider_media.core.statelang.limits import EXPRESS_ATTEMPTS, HISTORY_BYTES, HISTORY_EVENTS
from tests.threads import heartbeat_gaps

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LOOP = {
    "StartAt": "Pass",
    "States": {
        "Pass": {"Type": "Pass", "Next": "Choice"},
        "Choice": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.end", "IsPresent": True, "Next": "End"}],
            "Default": "Pass",
        },
        "End": {"Type": "Succeed"},
    },
}
GROWING = {
    "StartAt": "Pass",
    "States": {
        "Pass": {"Type": "Pass", "Parameters": {"text.$": "States.Format('{}', $.text)"}, "Next": "Choice"},
        "Choice": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.end", "IsPresent": True, "Next": "End"}],
            "Default": "Pass",
        },
        "End": {"Type": "Succeed"},
    },
}
TASK = {"StartAt": "T", "TimeoutSeconds": 10, "States": {"T": {"Type": "Task", "Resource": "media:probe", "End": True}}}


def nobody(*_: Any) -> Any:
    raise AssertionError("no task is called")


def test_express_endless_loop_ends_by_step_budget() -> None:
    ended = execute(LOOP, {}, invoke=nobody, express=True)
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert f"{EXPRESS_ATTEMPTS}" in str(ended.cause)
    assert len(ended.events) == HISTORY_EVENTS + 1
    assert ended.events[-1].type == "ExecutionFailed"


@pytest.mark.parametrize("express", [True, False])
def test_timeout_seconds_endless_loop_ends_as_timed_out(express: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = iter(range(1_000_000))
    monkeypatch.setattr(time, "monotonic", lambda: next(passed) / 1000)
    ended = execute(LOOP | {"TimeoutSeconds": 2}, {}, invoke=nobody, express=express)
    assert (ended.status, ended.error) == ("TIMED_OUT", None)
    assert ended.events[-1].type == "ExecutionTimedOut"
    assert len(ended.events) < 10_000


def test_timeout_seconds_parallel_endless_loop_ends_as_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = iter(range(1_000_000))
    monkeypatch.setattr(time, "monotonic", lambda: next(passed) / 1000)
    inside = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [LOOP, LOOP], "End": True}}}
    ended = execute(inside | {"TimeoutSeconds": 1}, {}, invoke=nobody, express=True)
    assert (ended.status, ended.error) == ("TIMED_OUT", None)
    assert len(ended.events) < 10_000


def test_timeout_seconds_answer_after_deadline_ends_as_timed_out() -> None:
    start = Start(at=BEGIN, input={}, name="one")
    in_time = TaskSucceeded(id="/T@1#1", at=BEGIN + dt.timedelta(seconds=9), output={})
    late = TaskSucceeded(id="/T@1#1", at=BEGIN + dt.timedelta(seconds=10), output={})
    for answer, status in ((in_time, "SUCCEEDED"), (late, "TIMED_OUT")):
        execution = replay(parse(TASK), start, [answer]).execution
        assert execution is not None
        assert execution.status == status


def test_timeout_seconds_replay_long_after_keeps_success() -> None:
    machine = parse({"StartAt": "P", "TimeoutSeconds": 1, "States": {"P": {"Type": "Pass", "End": True}}})
    execution = JournaledExecution(machine, Start(at=BEGIN, input={}, name="old")).execution
    assert execution is not None
    assert execution.status == "SUCCEEDED"


def test_history_large_payloads_keep_bounded_bytes() -> None:
    ended = execute(GROWING, {"text": "x" * 9_000}, invoke=nobody, express=True)
    assert ended.status == "FAILED"
    texts = {id(value): value for event in ended.events for value in event.details.values() if isinstance(value, dict)}
    assert sum(len(value.get("text", "")) for value in texts.values()) <= HISTORY_BYTES


def test_express_costly_loop_ends_by_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = iter(range(1_000_000))
    monkeypatch.setattr(time, "thread_time", lambda: next(passed) / 100)
    ended = execute(LOOP, {}, invoke=nobody, express=True)
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "processor time" in str(ended.cause)
    assert len(ended.events) < 10_000


def test_history_full_of_payloads_marks_events_as_truncated() -> None:
    history = History(limited=True)
    for _ in range(2):
        history.add("PassStateEntered", BEGIN, 0, {"name": "Pass", "input": "x" * (HISTORY_BYTES - 100)})
    first, second = history.events
    assert "input" in first.details
    assert second.details == {"name": "Pass", "inputDetails": {"truncated": True}}


def test_visits_truncated_history_still_readable(run: Callable[..., Execution]) -> None:
    started = JournaledExecution(parse(LOOP), Start(at=BEGIN, input={}, name="one", express=True))
    assert started.execution is not None
    assert visits_of(started)


@pytest.mark.parametrize("machine", [LOOP, GROWING])
def test_express_endless_loop_lets_other_threads_run(machine: dict[str, Any]) -> None:
    with heartbeat_gaps() as gaps:
        execute(machine, {"text": "x" * 9_000}, invoke=nobody, express=True)
    assert sorted(gaps)[int(len(gaps) * 0.99)] < 0.2
