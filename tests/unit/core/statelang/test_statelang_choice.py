"""Every operator of Choice, alone and joined, and the way a Choice state decides."""

from __future__ import annotations

import pytest

from airflow_provider_media.core.statelang.expressions.choice.operators import NAMES, WITH_PATH

COMPARISONS = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "b", False),
    ("StringLessThan", "a", "b", True),
    ("StringLessThanEquals", "a", "a", True),
    ("StringGreaterThan", "b", "a", True),
    ("StringGreaterThanEquals", "a", "b", False),
    ("NumericEquals", 0, 0.0, True),
    ("NumericEquals", True, 1, False),
    ("NumericLessThan", 1, 2, True),
    ("NumericLessThanEquals", 2, 2, True),
    ("NumericGreaterThan", 1.5, 1, True),
    ("NumericGreaterThanEquals", 1, 2, False),
    ("BooleanEquals", False, False, True),
    ("BooleanEquals", 0, False, False),
    ("TimestampEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
    ("TimestampLessThan", "2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:00.000000002Z", True),
    ("TimestampLessThanEquals", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", False),
    ("TimestampGreaterThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("TimestampGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
]
TESTS = [
    ("StringMatches", "clip-7.mp4", "clip-*.mp4", True),
    ("StringMatches", "clip-7.mov", "clip-*.mp4", False),
    ("StringMatches", "a*b", r"a\*b", True),
    ("StringMatches", "axb", r"a\*b", False),
    ("StringMatches", r"a\b", r"a\\*", True),
    ("StringMatches", 7, "*", False),
    ("IsNull", None, True, True),
    ("IsNull", 0, False, True),
    ("IsNumeric", 1.5, True, True),
    ("IsNumeric", True, True, False),
    ("IsString", "", True, True),
    ("IsBoolean", False, True, True),
    ("IsTimestamp", "2026-01-01T00:00:00Z", True, True),
    ("IsTimestamp", "2026-01-01t00:00:00z", True, False),
    ("IsTimestamp", "2026-13-01T00:00:00Z", False, True),
    ("IsPresent", None, True, True),
    ("IsPresent", 1, False, False),
]
OPERANDS = {"S": "other", "N": 12345, "T": "2026-01-01T00:00:00Z", "B": True}
VALUES = [None, 0, 1.1, "", "text", [], [""], {}, {"A": 0}, True]
OWN_TYPES = {"S": (str,), "N": (int, float), "T": (), "B": (bool,)}
MISMATCHED = [
    (operator, value) for operator in sorted(WITH_PATH) for value in VALUES if type(value) not in OWN_TYPES[operator[0]]
]


def choice(rule: dict, **more: object) -> dict:
    states = {"C": {"Type": "Choice", "Choices": [rule | {"Next": "Yes"}], "Default": "No"} | more}
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Yes", "No")}
    return {"StartAt": "C", "States": states | ends}


def chosen(run, rule: dict, value: object) -> bool:
    execution = run(choice(rule), {"value": value})
    assert execution.status == "SUCCEEDED", execution.cause
    return execution.output == "Yes"


@pytest.mark.parametrize(("operator", "value", "operand", "expected"), COMPARISONS + TESTS)
def test_an_operator_compares_with_a_literal(run, operator, value, operand, expected):
    assert chosen(run, {"Variable": "$.value", operator: operand}, value) is expected


@pytest.mark.parametrize(("operator", "value", "operand", "expected"), COMPARISONS)
def test_an_operator_compares_with_a_path(run, operator, value, operand, expected):
    execution = run(choice({"Variable": "$.value", f"{operator}Path": "$.other"}), {"value": value, "other": operand})
    assert (execution.output == "Yes") is expected


def test_every_operator_is_exercised_above():
    assert {row[0] for row in COMPARISONS + TESTS} == NAMES
    assert {row[0] for row in COMPARISONS} == WITH_PATH


@pytest.mark.parametrize(("operator", "value"), MISMATCHED)
def test_a_value_of_another_type_is_false_and_no_error(run, operator, value):
    assert chosen(run, {"Variable": "$.value", operator: OPERANDS[operator[0]]}, value) is False


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"And": [{"Variable": "$.value", "IsNumeric": True}, {"Variable": "$.value", "NumericGreaterThan": 1}]}, True),
        ({"And": [{"Variable": "$.missing", "IsPresent": True}, {"Variable": "$.missing", "NumericEquals": 1}]}, False),
        ({"Or": [{"Variable": "$.value", "NumericEquals": 2}, {"Variable": "$.missing", "NumericEquals": 1}]}, True),
        ({"Not": {"Variable": "$.value", "NumericEquals": 2}}, False),
        ({"Not": {"Or": [{"Not": {"Variable": "$.value", "IsString": False}}]}}, True),
    ],
)
def test_choice_tests_are_joined_and_evaluated_only_until_decided(run, rule, expected):
    assert chosen(run, rule, 2) is expected


def test_a_missing_variable_is_an_error_except_for_is_present(run):
    execution = run(choice({"Variable": "$.nope", "NumericEquals": 1}))
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause == (
        "An error occurred while executing the state 'C' (entered at the event id #2). "
        "Invalid path '$.nope': The choice state's condition path references an invalid value."
    )
    assert run(choice({"Variable": "$.nope", "IsPresent": False})).output == "Yes"


def test_without_match_and_default_the_machine_fails(run):
    machine = choice({"Variable": "$.value", "IsString": True})
    del machine["States"]["C"]["Default"]
    assert run(machine, {"value": 1}).error == "States.NoChoiceMatched"


def test_the_matched_rule_assigns_instead_of_the_state(run):
    machine = choice({"Variable": "$.value", "IsString": True, "Assign": {"who": "rule"}}, Assign={"who": "state"})
    for name in ("Yes", "No"):
        machine["States"][name] = {"Type": "Pass", "Parameters": {"who.$": "$who"}, "End": True}
    assert run(machine, {"value": "x"}).output == {"who": "rule"}
    assert run(machine, {"value": 1}).output == {"who": "state"}


def test_input_and_output_path_frame_a_choice(run):
    machine = choice({"Variable": "$", "NumericEquals": 1}, InputPath="$.a", OutputPath="$")
    machine["States"]["Yes"] = {"Type": "Succeed"}
    assert run(machine, {"a": 1}).output == 1


def test_a_jsonata_rule_has_condition_output_and_assign(run):
    rule = {
        "Condition": "{% $states.input.value > 1 %}",
        "Output": "{% $states.input.value %}",
        "Assign": {"x": "{% 'set' %}"},
    }
    machine = choice(rule, Output="{% 'default' %}") | {"QueryLanguage": "JSONata"}
    for name in ("Yes", "No"):
        machine["States"][name] = {
            "Type": "Succeed",
            "Output": ["{% $states.input %}", "{% $exists($x) ? $x : 'unset' %}"],
        }
    assert run(machine, {"value": 2}).output == [2, "set"]
    assert run(machine, {"value": 1}).output == ["default", "unset"]


def test_output_and_assign_of_the_state_belong_to_the_default(run):
    machine = choice({"Condition": "{% $states.input.value > 1 %}"}, Output="the default's", Assign={"x": "set"}) | {
        "QueryLanguage": "JSONata"
    }
    for name in ("Yes", "No"):
        machine["States"][name] = {"Type": "Succeed", "Output": ["{% $states.input %}", "{% $exists($x) %}"]}
    assert run(machine, {"value": 2}).output == [{"value": 2}, False]
    assert run(machine, {"value": 1}).output == ["the default's", True]


def test_a_condition_must_be_boolean(run):
    execution = run(
        choice({"Condition": "{% 1 %}"}) | {"QueryLanguage": "JSONata"} | {"States": _jsonata_choice("{% 1 %}")}
    )
    assert execution.error == "States.QueryEvaluationError"
    assert "Expected 'boolean', but was 'number' for value: 1" in str(execution.cause)


def test_a_condition_may_be_a_literal(run):
    machine = {"StartAt": "C", "QueryLanguage": "JSONata", "States": _jsonata_choice(True)}  # noqa: FBT003
    assert run(machine).output == "yes"


def _jsonata_choice(condition: object) -> dict:
    return {
        "C": {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Y"}]},
        "Y": {"Type": "Succeed", "Output": "yes"},
    }
