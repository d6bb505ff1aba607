"""Retry and Catch: what matches, how often, how long, and what goes on afterwards."""

from __future__ import annotations

import random

import pytest

from airflow_provider_media.core.statelang.definition.retry import Catcher, Retrier, catcher_for, matches, retry_after
from airflow_provider_media.core.statelang.errors import StateError

SOURCE = random.Random(0)


@pytest.mark.parametrize(
    ("names", "error", "expected"),
    [
        (("Own",), "Own", True),
        (("Other",), "Own", False),
        (("States.ALL",), "Own", True),
        (("States.ALL",), None, True),
        (("States.ALL",), "States.Timeout", True),
        (("States.ALL",), "States.DataLimitExceeded", True),
        (("States.ALL",), "States.Runtime", False),
        (("States.Runtime",), "States.Runtime", False),
        (("States.TaskFailed",), "Own", True),
        (("States.TaskFailed",), "States.Timeout", False),
        (("States.QueryEvaluationError",), "States.QueryEvaluationError", True),
    ],
)
def test_error_equals_matches_by_the_rules_of_the_language(names, error, expected):
    assert matches(names, StateError(error, None)) is expected


def test_missed_heartbeat_is_matched_by_own_name_and_as_timeout():
    missed = StateError("States.Timeout", None, also=("States.HeartbeatTimeout",))
    assert matches(("States.HeartbeatTimeout",), missed)
    assert matches(("States.Timeout",), missed)
    assert not matches(("States.HeartbeatTimeout",), StateError("States.Timeout", None))


@pytest.mark.parametrize(
    ("retrier", "delays"),
    [
        ({}, [1, 2, 4]),
        ({"interval_seconds": 3, "backoff_rate": 1.5}, [3, 4.5, 6.75]),
        ({"interval_seconds": 3, "max_delay_seconds": 5}, [3, 5, 5]),
        ({"backoff_rate": 1}, [1, 1, 1]),
    ],
)
def test_delays_grow_by_the_rate_up_to_the_cap(retrier, delays):
    made = Retrier(errors=("States.ALL",), **retrier)
    assert [made.delay(number, SOURCE) for number in (1, 2, 3)] == delays


def test_full_jitter_draws_between_nothing_and_the_delay():
    made = Retrier(errors=("States.ALL",), interval_seconds=100, full_jitter=True)
    drawn = {made.delay(1, SOURCE) for _ in range(20)}
    assert len(drawn) > 1
    assert all(0 <= seconds <= 100 for seconds in drawn)


def test_each_retrier_counts_for_itself_and_first_match_decides():
    retriers = (
        Retrier(errors=("A",), max_attempts=1),
        Retrier(errors=("States.ALL",), max_attempts=2, interval_seconds=7),
    )
    first = retry_after(retriers, StateError("A", None), (0, 0), SOURCE)
    assert first == (1, (1, 0))
    assert retry_after(retriers, StateError("A", None), (1, 0), SOURCE) is None
    assert retry_after(retriers, StateError("B", None), (1, 1), SOURCE) == (14, (1, 2))
    assert retry_after(retriers, StateError("States.Runtime", None), (0, 0), SOURCE) is None


def test_catchers_are_asked_in_order():
    catchers = (Catcher(errors=("A",), next="One"), Catcher(errors=("States.ALL",), next="Two"))
    found = [catcher_for(catchers, StateError(name, None)) for name in ("A", "B", "States.Runtime")]
    assert [catcher and catcher.next for catcher in found] == ["One", "Two", None]


def task(**more: object) -> dict:
    states = {
        "S": {"Type": "Task", "Resource": "media:flaky", "End": True} | more,
        "Caught": {"Type": "Pass", "End": True},
    }
    return {"StartAt": "S", "States": states}


def test_task_is_retried_with_delays_and_sees_retry_count(run, world, clock):
    world.failures_left = 2
    began = clock.now()
    execution = run(task(Retry=[{"ErrorEquals": ["Flaky"], "IntervalSeconds": 3, "BackoffRate": 2}]), {"a": 1})
    assert execution.output == {"a": 1}
    assert [call[2]["State"]["RetryCount"] for call in world.calls] == [0, 1, 2]
    assert (clock.now() - began).total_seconds() == 9


@pytest.mark.parametrize(("attempts", "calls"), [(0, 1), (2, 3)])
def test_max_attempts_counts_retries(run, world, attempts, calls):
    world.failures_left = 99
    execution = run(task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": attempts}]))
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "Flaky", "not yet")
    assert len(world.calls) == calls


@pytest.mark.parametrize(
    ("catcher", "expected"),
    [
        ({}, {"Error": "Flaky", "Cause": "not yet"}),
        ({"ResultPath": "$.error"}, {"a": 1, "error": {"Error": "Flaky", "Cause": "not yet"}}),
        ({"ResultPath": None}, {"a": 1}),
    ],
)
def test_a_catcher_places_the_error_in_the_raw_input(run, world, catcher, expected):
    world.failures_left = 99
    machine = task(
        InputPath="$.a",
        ResultPath="$.x",
        OutputPath="$.nope",
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"} | catcher],
    )
    assert run(machine, {"a": 1}).output == expected


def test_a_jsonata_catcher_has_output_assign_and_the_error(run, world):
    world.failures_left = 99
    catcher = {
        "ErrorEquals": ["States.TaskFailed"],
        "Next": "Caught",
        "Output": "{% $states.errorOutput.Cause %}",
        "Assign": {"e": "{% $states.errorOutput.Error %}"},
    }
    machine = task(Catch=[catcher], Assign={"e": "not assigned"}) | {"QueryLanguage": "JSONata"}
    machine["States"]["Caught"]["Output"] = "{% $e & ': ' & $states.input %}"
    assert run(machine).output == "Flaky: not yet"


def test_retries_come_before_the_catcher(run, world):
    world.failures_left = 99
    machine = task(
        Retry=[{"ErrorEquals": ["Flaky"], "MaxAttempts": 1}], Catch=[{"ErrorEquals": ["Flaky"], "Next": "Caught"}]
    )
    assert run(machine).output["Error"] == "Flaky"
    assert len(world.calls) == 2


def test_retrying_a_group_runs_all_of_it_again(run, world):
    world.failures_left = 1
    branches = [
        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "media:echo", "End": True}}},
        {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "media:flaky", "End": True}}},
    ]
    execution = run({"Type": "Parallel", "Branches": branches, "Retry": [{"ErrorEquals": ["Flaky"]}]}, 7)
    assert execution.output == [7, 7]
    assert [call[0] for call in world.calls] == ["media:echo", "media:flaky"] * 2


def test_error_of_query_can_be_caught_but_not_of_path(run):
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    jsonata = task(Resource="media:echo", Arguments="{% $nobody %}", Catch=catch) | {"QueryLanguage": "JSONata"}
    assert run(jsonata).output["Error"] == "States.QueryEvaluationError"
    assert run(task(Resource="media:echo", Parameters={"x.$": "$.nope"}, Catch=catch)).error == "States.Runtime"


def test_unnamed_error_is_caught_by_all_and_shown_as_null(run):
    machine = task(Resource="media:fail/", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])
    assert run(machine).output == {"Error": None, "Cause": "the cause"}


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"TimeoutSeconds": 5}, {}),
        ({"TimeoutSecondsPath": "$.t"}, {"t": 5}),
        ({"QueryLanguage": "JSONata", "TimeoutSeconds": "{% 2 + 3 %}"}, {}),
    ],
)
def test_a_task_that_takes_too_long_times_out(run, fields, value):
    execution = run(task(Resource="media:sleep/6", **fields), value)
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "States.Timeout", None)
    assert run(task(Resource="media:sleep/4", **fields), value).status == "SUCCEEDED"


def test_a_silent_task_misses_its_heartbeat(run):
    catch = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Caught"}]
    execution = run(task(Resource="media:sleep/6", HeartbeatSeconds=5, Catch=catch))
    assert execution.output == {"Error": "States.Timeout", "Cause": None}


@pytest.mark.parametrize("value", [0, -1, 1.5, "soon", None])
def test_a_timeout_must_be_a_positive_number_of_seconds(run, value):
    execution = run(task(Resource="media:echo", TimeoutSecondsPath="$.t"), {"t": value})
    assert execution.error == "States.Runtime"
    assert "TimeoutSeconds field must be a positive number of seconds" in str(execution.cause)


@pytest.mark.parametrize(
    ("resource", "name"),
    [("arn:aws:states:::lambda:large/262143", "lambda"), ("arn:aws:lambda:r:1:function:large/262143", None)],
)
def test_a_result_that_is_too_large_can_be_caught(run, resource, name):
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    output = run(task(Resource=resource, Catch=catch)).output
    assert output == {
        "Error": "States.DataLimitExceeded",
        "Cause": (
            f"The state/task '{name or resource}' returned a result with a size exceeding the maximum number of bytes"
            " service limit."
        ),
    }
    assert run(task(Resource=resource.replace("262143", "262142"))).status == "SUCCEEDED"
