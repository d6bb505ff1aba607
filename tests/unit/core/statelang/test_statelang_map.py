"""Map states that run their iterations in the same execution, in both languages."""

from __future__ import annotations

import pytest

INPUT = {"clip": {"name": "a", "rates": [1, 2]}, "seconds": 5}


@pytest.mark.parametrize(
    ("state", "value", "expected"),
    [
        ({"ItemsPath": "$.clip.rates"}, INPUT, [1, 2]),
        ({}, [3, 4], [3, 4]),
        ({}, [], []),
        (
            {
                "InputPath": "$.clip",
                "ItemsPath": "$.rates",
                "ItemSelector": {"v.$": "$$.Map.Item.Value", "n.$": "$.name"},
            },
            INPUT,
            [{"v": 1, "n": "a"}, {"v": 2, "n": "a"}],
        ),
        ({"ItemsPath": "$.clip.rates", "Parameters": {"i.$": "$$.Map.Item.Index"}}, INPUT, [{"i": 0}, {"i": 1}]),
        (
            {"ItemsPath": "$.clip.rates", "ResultSelector": {"all.$": "$"}, "ResultPath": "$.r", "OutputPath": "$.r"},
            INPUT,
            {"all": [1, 2]},
        ),
        (
            {
                "QueryLanguage": "JSONata",
                "Items": "{% $states.input.clip.rates %}",
                "Output": "{% $sum($states.result) %}",
            },
            INPUT,
            3,
        ),
        (
            {
                "QueryLanguage": "JSONata",
                "Items": [1, "{% 1 + 1 %}"],
                "ItemSelector": "{% $states.context.Map.Item.Value * 10 %}",
            },
            {},
            [10, 20],
        ),
        ({"QueryLanguage": "JSONata"}, [5], [5]),
    ],
)
def test_map_takes_every_item_through_its_processor(run, state, value, expected):
    processor = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
    for key in ("ItemProcessor", "Iterator"):
        assert run({"Type": "Map", key: processor} | state, value).output == expected


@pytest.mark.parametrize(
    ("state", "value", "error", "detail"),
    [
        ({"ItemsPath": "$.a"}, {"a": 1}, "States.Runtime", 'Reference path "$.a" must point to array.'),
        ({"ItemsPath": "$$.State"}, {}, "States.Runtime", 'Reference path "$.State" must point to array.'),
        (
            {"MaxConcurrencyPath": "$.a"},
            {"a": -1},
            "States.Runtime",
            "Expected non-negative integer for MaxConcurrency, got '-1' instead.",
        ),
        (
            {"MaxConcurrencyPath": "$.a"},
            {"a": "x"},
            "States.Runtime",
            'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.a',
        ),
        (
            {"QueryLanguage": "JSONata", "Items": "{% 1 %}"},
            {},
            "States.QueryEvaluationError",
            "Expected 'array', but was 'number' for value: 1",
        ),
        (
            {"QueryLanguage": "JSONata"},
            {"a": 1},
            "States.QueryEvaluationError",
            'Map state input must be an array but was: {"a":1}',
        ),
        (
            {"QueryLanguage": "JSONata", "Items": [], "MaxConcurrency": "{% 'x' %}"},
            {},
            "States.QueryEvaluationError",
            "was 'string' for value: \"x\"",
        ),
    ],
)
def test_map_refuses_what_it_cannot_loop_over(run, state, value, error, detail):
    execution = run(
        {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}} | state,
        value,
    )
    assert execution.error == error
    assert str(execution.cause).endswith(detail)


@pytest.mark.parametrize(("limit", "seconds"), [(0, 10), (1, 40), (2, 20), (3, 20)])
def test_at_most_so_many_iterations_run_at_the_same_time(run, clock, limit, seconds):
    began = clock.now()
    processor = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "End": True}}}
    assert run({"Type": "Map", "MaxConcurrency": limit, "ItemProcessor": processor}, [1, 2, 3, 4]).output == [
        1,
        2,
        3,
        4,
    ]
    assert (clock.now() - began).total_seconds() == seconds


def test_item_selector_leading_nowhere_fails_map_with_its_place(run):
    processor = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
    execution = run({"Type": "Map", "ItemSelector": {"x.$": "$.no"}, "ItemProcessor": processor}, [1])
    assert execution.error == "States.Runtime"
    assert str(execution.cause).startswith(
        "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.no'"
    )


def test_maps_nest_and_the_inner_item_hides_the_outer(run):
    inner = {"StartAt": "X", "States": {"X": {"Type": "Pass", "Parameters": {"v.$": "$$.Map.Item.Value"}, "End": True}}}
    outer = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": inner, "End": True}}}
    assert run({"Type": "Map", "ItemProcessor": outer}, [[1], [2, 3]]).output == [[{"v": 1}], [{"v": 2}, {"v": 3}]]


def test_first_failing_iteration_fails_inline_map_under_own_error(run):
    processor = {"StartAt": "I", "States": {"I": {"Type": "Fail", "Error": "Own", "Cause": "why"}}}
    execution = run({"Type": "Map", "ItemProcessor": processor, "ToleratedFailureCount": 5}, [1, 2])
    assert (execution.error, execution.cause) == ("Own", "why")
