"""A state asked by itself answers as it does inside a run."""

from __future__ import annotations

import datetime as dt

import pytest

from airflow_provider_media.core.statelang import StateError, parse, start_of
from airflow_provider_media.core.statelang.engine.one_state import (
    Again,
    after_error,
    after_result,
    choose,
    effective_input,
    item_input,
    map_items,
    view_of,
)
from airflow_provider_media.core.statelang.engine.steps import Transition

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
START = start_of({"all": True}, name="job", express=False, at=AT)
MACHINE = parse(
    {
        "StartAt": "T",
        "States": {
            "T": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"n.$": "$.n", "v.$": "$v", "token.$": "$$.Task.Token", "none": None},
                "ResultPath": "$.r",
                "Assign": {"new.$": "$.id"},
                "Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 2, "MaxAttempts": 2}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "M"}],
                "Next": "C",
            },
            "C": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericGreaterThan": 1, "Next": "M"}],
                "Default": "T",
            },
            "M": {
                "Type": "Map",
                "InputPath": "$.in",
                "ItemsPath": "$.list",
                "ItemSelector": {"v.$": "$$.Map.Item.Value", "name.$": "$.name", "job.$": "$$.Execution.Name"},
                "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
                "End": True,
            },
        },
    }
)


def test_a_task_gets_its_effective_input():
    task = MACHINE.states["T"]
    found = effective_input(task, view_of(START, task, {"n": 1}, at=AT, variables={"v": 2}))
    assert found == {"n": 1, "v": 2, "token": f"{START.execution_id}/T@1#1"}


def test_a_result_leads_to_the_next_state():
    task = MACHINE.states["T"]
    transition = after_result(task, view_of(START, task, {"n": 1}, at=AT), {"id": 9})
    assert transition == Transition(next="C", output={"n": 1, "r": {"id": 9}}, assigned={"new": 9})


def test_an_error_is_retried_with_a_delay_then_caught():
    task = MACHINE.states["T"]
    view = view_of(START, task, {"n": 1}, at=AT)
    first = after_error(task, view, StateError("A", "why"))
    assert first == Again(delay_seconds=2, used=(1,))
    assert after_error(task, view, StateError("A", "why"), (1,)) == Again(delay_seconds=4, used=(2,))
    caught = after_error(task, view, StateError("A", "why"), (2,))
    assert caught == Transition(next="M", output={"n": 1, "e": {"Error": "A", "Cause": "why"}})


def test_an_error_that_nothing_matches_is_raised():
    task = MACHINE.states["T"]
    with pytest.raises(StateError, match=r"States\.Runtime"):
        after_error(task, view_of(START, task, {}, at=AT), StateError("States.Runtime", "why"))


@pytest.mark.parametrize(("number", "target"), [(2, "M"), (1, "T")])
def test_a_choice_takes_its_way(number, target):
    state = MACHINE.states["C"]
    assert choose(state, view_of(START, state, {"n": number}, at=AT)).next == target


def test_a_map_tells_its_items_and_their_inputs():
    state = MACHINE.states["M"]
    view = view_of(START, state, {"in": {"list": [5, 6], "name": "x"}}, at=AT)
    assert map_items(state, view) == [5, 6]
    assert item_input(state, view, 1, 6) == ({"v": 6, "name": "x", "job": "job"}, {"Index": 1, "Value": 6})


def test_state_inside_iteration_sees_its_item_and_its_retries():
    task = MACHINE.states["T"]
    view = view_of(START, task, {}, at=AT, item={"Index": 0, "Value": 5}, path="/M[0]", used=(1,))
    assert view.context["Map"] == {"Item": {"Index": 0, "Value": 5}}
    assert view.context["State"] == {"EnteredTime": "2026-01-01T00:00:00.000Z", "Name": "T", "RetryCount": 1}
    assert view.context["Task"]["Token"].endswith("/M[0]/T@1#2")
