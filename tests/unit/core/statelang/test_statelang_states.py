"""Each state type, its fields, and the data flow around it, in both languages."""

from __future__ import annotations

import pytest

INPUT = {"clip": {"name": "a", "rates": [1, 2]}, "seconds": 5}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, INPUT),
        ({"Result": {"x.$": "$.clip"}}, {"x.$": "$.clip"}),
        ({"InputPath": "$.clip"}, INPUT["clip"]),
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$.seconds"}, 5),
        ({"InputPath": "$$.Execution.Input.seconds"}, 5),
        (
            {"Parameters": {"n.$": "$.clip.name", "fixed": [{"r.$": "$.clip.rates[0]"}]}},
            {"n": "a", "fixed": [{"r": 1}]},
        ),
        ({"InputPath": "$.clip", "Parameters": {"n.$": "$.name"}, "ResultPath": "$.out"}, INPUT | {"out": {"n": "a"}}),
        ({"Result": 7, "ResultPath": "$.clip.new"}, INPUT | {"clip": INPUT["clip"] | {"new": 7}}),
        ({"Result": 7, "ResultPath": None}, INPUT),
        ({"Result": {"a": 1}, "ResultPath": "$.r", "OutputPath": "$.r.a"}, 1),
        ({"Parameters": {"u.$": "States.ArrayLength($.clip.rates)"}}, {"u": 2}),
        ({"Parameters": {"s.$": "$$.State.Name", "m.$": "$$.StateMachine.Name"}}, {"s": "S", "m": "state-machine"}),
    ],
)
def test_pass_in_jsonpath(run, state, expected):
    assert run({"Type": "Pass"} | state, INPUT).output == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, INPUT),
        ({"Output": "literal"}, "literal"),
        ({"Output": "{% $states.input.clip.name %}"}, "a"),
        ({"Output": {"a": ["{% $sum($states.input.clip.rates) %}", 1], "b.$": "$.x"}}, {"a": [3, 1], "b.$": "$.x"}),
        ({"Output": "{% $states.context.State.Name %}"}, "S"),
        ({"Output": None}, None),
    ],
)
def test_pass_in_jsonata(run, state, expected):
    assert run({"Type": "Pass", "QueryLanguage": "JSONata"} | state, INPUT).output == expected


@pytest.mark.parametrize(
    ("state", "detail"),
    [
        (
            {"Parameters": {"x.$": "$.no"}},
            "The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{\"a\":1}'",
        ),
        ({"InputPath": "$.no"}, "Invalid path '$.no' : No results for path: $['no']"),
        ({"OutputPath": "$.no.such"}, "Invalid path '$.no.such' : Missing property in path $['no']"),
    ],
)
def test_a_missing_path_is_a_runtime_error_with_its_place(run, state, detail):
    execution = run({"Type": "Pass"} | state, {"a": 1})
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause == f"An error occurred while executing the state 'S' (entered at the event id #2). {detail}"


def test_succeed_ends_with_its_output(run):
    assert (
        run(
            {"StartAt": "S", "States": {"S": {"Type": "Succeed", "InputPath": "$.clip", "OutputPath": "$.name"}}}, INPUT
        ).output
        == "a"
    )


@pytest.mark.parametrize(
    ("state", "error", "cause"),
    [
        ({}, None, None),
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({"ErrorPath": "$.e", "CausePath": "States.Format('{}!', $.c)"}, "from input", "why!"),
        ({"ErrorPath": "$$.State.Name"}, "S", None),
        ({"QueryLanguage": "JSONata", "Error": "{% $states.input.e %}", "Cause": "C"}, "from input", "C"),
    ],
)
def test_fail_ends_with_error_and_cause(run, state, error, cause):
    execution = run({"StartAt": "S", "States": {"S": {"Type": "Fail"} | state}}, {"e": "from input", "c": "why"})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", error, cause)


def test_fail_without_the_text_it_names_is_a_runtime_error(run):
    machine = {"StartAt": "S", "States": {"S": {"Type": "Fail", "ErrorPath": "$.e"}}}
    assert "specified for the field 'ErrorPath' could not be found" in str(run(machine, {}).cause)
    assert "must be a string" in str(run(machine, {"e": 1}).cause)


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        ({"Seconds": 10}, 10),
        ({"Seconds": 0}, 0),
        ({"SecondsPath": "$.seconds"}, 5),
        ({"Timestamp": "2026-01-01T00:01:00Z"}, 60),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, 0),
        ({"TimestampPath": "$.when"}, 3600),
        ({"QueryLanguage": "JSONata", "Seconds": "{% $states.input.seconds * 2 %}"}, 10),
        ({"QueryLanguage": "JSONata", "Timestamp": "{% $states.input.when %}"}, 3600),
    ],
)
def test_wait_lets_time_pass_and_hands_on_its_input(run, clock, state, seconds):
    began = clock.now()
    value = {"seconds": 5, "when": "2026-01-01T01:00:00+00:00"}
    assert run({"Type": "Wait"} | state, value).output == value
    assert (clock.now() - began).total_seconds() == seconds


@pytest.mark.parametrize(
    ("state", "error", "detail"),
    [
        ({"SecondsPath": "$.x"}, "States.Runtime", "The SecondsPath parameter does not reference an input value: $.x"),
        (
            {"SecondsPath": "$.neg"},
            "States.Runtime",
            "The SecondsPath parameter references a negative value: $.neg == -1",
        ),
        (
            {"SecondsPath": "$.half"},
            "States.Runtime",
            "The SecondsPath parameter cannot be parsed as a long value: $.half == 1.5",
        ),
        ({"SecondsPath": "$.huge"}, "States.Runtime", "Wait state delay is too long."),
        ({"TimestampPath": "$.far"}, "States.Runtime", "Wait state delay is too long."),
        (
            {"TimestampPath": "$.text"},
            "States.Runtime",
            (
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format"
                " string: $.text == soon"
            ),
        ),
        (
            {"QueryLanguage": "JSONata", "Timestamp": "{% $states.input.text %}"},
            "States.QueryEvaluationError",
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon",
        ),
    ],
)
def test_wait_refuses_what_is_no_time(run, state, error, detail):
    value = {"neg": -1, "half": 1.5, "huge": 3_000_000_000, "text": "soon", "far": "2126-01-01T00:00:00Z"}
    execution = run({"Type": "Wait"} | state, value)
    assert execution.error == error
    assert str(execution.cause).endswith(detail)


def test_task_gets_parameters_and_its_result_is_selected_and_placed(run, world):
    state = {
        "Type": "Task",
        "Resource": "media:echo",
        "Parameters": {"name.$": "$.clip.name", "run.$": "$$.Execution.Name"},
        "ResultSelector": {"got.$": "$.name", "state.$": "$$.State.Name"},
        "ResultPath": "$.task",
        "OutputPath": "$.task",
    }
    assert run(state, INPUT, name="job-1").output == {"got": "a", "state": "S"}
    assert world.calls[0][:2] == ("media:echo", {"name": "a", "run": "job-1"})
    assert world.calls[0][2]["State"]["RetryCount"] == 0


def test_task_in_jsonata_has_arguments_output_and_the_result(run):
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "media:echo",
        "Arguments": {"n": "{% $states.input.seconds + 1 %}"},
        "Output": {"in": "{% $states.input.seconds %}", "out": "{% $states.result.n %}"},
    }
    assert run(state, INPUT).output == {"in": 5, "out": 6}


def test_task_without_arguments_gets_the_input(run, world):
    run({"Type": "Task", "QueryLanguage": "JSONata", "Resource": "media:echo"}, INPUT)
    assert world.calls[0][1] == INPUT


def test_null_parameter_is_not_sent_to_api_but_to_function(run, world):
    arguments = {"Payload": None, "Deep": {"x": None}}
    run({"Type": "Task", "Resource": "arn:aws:states:::lambda:echo", "Parameters": arguments})
    run({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:echo", "Parameters": arguments})
    assert [call[1] for call in world.calls] == [{"Deep": {"x": None}}, arguments]


@pytest.mark.parametrize(
    ("suffix", "has_token"), [("", False), ("/x.sync", True), ("/x.sync:2", True), ("/x.waitForTaskToken", True)]
)
def test_context_object_holds_token_where_somebody_must_report_back(run, world, suffix, has_token):
    run({"Type": "Task", "Resource": f"arn:aws:states:::sqs:echo{suffix}"})
    assert ("Task" in world.calls[0][2]) is has_token


def test_parallel_gives_the_outputs_in_the_order_of_its_branches(run):
    branches = [
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Wait", "Seconds": 5, "Next": "A2"},
                "A2": {"Type": "Pass", "Result": "slow", "End": True},
            },
        },
        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}},
    ]
    state = {"Type": "Parallel", "Parameters": {"n.$": "$.clip.name"}, "Branches": branches, "ResultPath": "$.both"}
    assert run(state, INPUT).output == INPUT | {"both": ["slow", {"n": "a"}]}


def test_first_failing_branch_ends_others_under_its_own_error(run, clock):
    branches = [
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1000, "End": True}}},
        {"StartAt": "B", "States": {"B": {"Type": "Fail", "Error": "Own", "Cause": "why"}}},
    ]
    began = clock.now()
    execution = run({"Type": "Parallel", "Branches": branches})
    assert (execution.error, execution.cause) == ("Own", "why")
    assert clock.now() == began


def test_branches_read_outer_variables_and_keep_their_own(run):
    inner = {
        "A": {"Type": "Pass", "Assign": {"own.$": "$outer"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"x.$": "$own"}, "End": True},
    }
    machine = {
        "StartAt": "Set",
        "States": {
            "Set": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "P"},
            "P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": inner}], "Next": "End"},
            "End": {"Type": "Pass", "Parameters": {"own.$": "$own"}, "End": True},
        },
    }
    execution = run(machine)
    assert execution.error == "States.Runtime"
    assert "'$own' specified for the field 'own.$' could not be found" in str(execution.cause)


def test_assign_and_output_see_the_values_at_entry(run):
    machine = {
        "StartAt": "A",
        "QueryLanguage": "JSONata",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"x": "{% $x + 1 %}", "y": "{% $x %}"}, "Output": "{% $x %}", "Next": "C"},
            "C": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $x %}", "{% $y %}"], "End": True},
        },
    }
    assert run(machine).output == [1, 2, 1]


def test_in_jsonpath_assign_looks_at_the_result_of_the_work(run):
    machine = {
        "StartAt": "T",
        "States": {
            "T": {
                "Type": "Task",
                "Resource": "media:echo",
                "Parameters": {"a": 1},
                "ResultPath": None,
                "Assign": {"v.$": "$.a"},
                "Next": "E",
            },
            "E": {"Type": "Pass", "Parameters": {"v.$": "$v", "in.$": "$.seconds"}, "End": True},
        },
    }
    assert run(machine, INPUT).output == {"v": 1, "in": 5}


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Fail", "Error": "{% 5 %}"},
        {"Type": "Task", "Resource": "arn:aws:lambda:r:1:function:echo", "TimeoutSeconds": "{% 1.5 %}"},
        {"Type": "Map", "Items": [1], "MaxConcurrency": "{% -1 %}"},
        {"Type": "Map", "Items": [1], "ToleratedFailureCount": "{% -1 %}"},
        {"Type": "Map", "Items": [1], "ToleratedFailurePercentage": "{% 101 %}"},
        {"Type": "Map", "Items": [1], "ItemBatcher": {"MaxItemsPerBatch": "{% 0 %}"}},
    ],
)
def test_unsuitable_value_of_expression_is_query_evaluation_error(run, state):
    if state["Type"] == "Map":
        config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
        state = state | {
            "ItemProcessor": {"ProcessorConfig": config, "StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
        }
    assert run({"QueryLanguage": "JSONata"} | state).error == "States.QueryEvaluationError"
