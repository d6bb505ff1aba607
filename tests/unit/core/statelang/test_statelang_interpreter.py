"""A whole machine in this process: status, limits, history, names and dialect."""

from __future__ import annotations

import datetime as dt

import pytest

from airflow_provider_media.core.statelang import DefinitionInvalid, dialect_of, execute, parse
from airflow_provider_media.core.statelang.dialects import ASL, TCSL
from airflow_provider_media.core.statelang.engine.interpreter import SystemClock

MAP = {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "End": True}
LOOP = {
    "StartAt": "L",
    "States": {
        "L": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNumeric": True, "Next": "L"}], "Default": "L"},
        "E": {"Type": "Succeed"},
    },
}


def test_a_machine_may_loop_and_poll(run, world, clock):
    world.failures_left = 3
    machine = {
        "StartAt": "Probe",
        "States": {
            "Probe": {
                "Type": "Task",
                "Resource": "media:flaky",
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Pause"}],
                "End": True,
            },
            "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Probe"},
        },
    }
    began = clock.now()
    assert run(machine, {"a": 1}).output == {"a": 1}
    assert (clock.now() - began).total_seconds() == 90


def test_machine_taking_too_long_times_out_and_nothing_catches_it(run):
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "E"}]
    machine = {
        "StartAt": "T",
        "TimeoutSeconds": 5,
        "States": {
            "T": {"Type": "Task", "Resource": "media:sleep/6", "Catch": catch, "Next": "E"},
            "E": {"Type": "Succeed"},
        },
    }
    execution = run(machine)
    assert (execution.status, execution.error, execution.cause) == ("TIMED_OUT", None, None)
    assert execution.events[-1].type == "ExecutionTimedOut"


def test_an_express_execution_ends_after_five_minutes(run):
    assert run({"Type": "Wait", "Seconds": 301}, express=True).status == "TIMED_OUT"
    assert run({"Type": "Wait", "Seconds": 301}).status == "SUCCEEDED"


def test_a_standard_history_is_limited(run):
    execution = run(LOOP)
    assert execution.error == "States.Runtime"
    assert "maximum number of history events (25000)" in str(execution.cause)


def test_an_output_larger_than_a_payload_fails(run):
    execution = run({"Type": "Pass", "Parameters": {"twice.$": "States.Array($.x, $.x)"}}, {"x": "y" * 140_000})
    assert execution.error == "States.DataLimitExceeded"


def test_variables_larger_than_a_payload_fail(run):
    machine = {"StartAt": "S", "States": {"S": {"Type": "Pass", "Assign": {"a.$": "$.x", "b.$": "$.x"}, "End": True}}}
    assert run(machine, {"x": "y" * 140_000}).error == "States.DataLimitExceeded"


def test_the_history_has_the_events_of_step_functions(run):
    machine = {
        "StartAt": "T",
        "States": {
            "T": {"Type": "Task", "Resource": "arn:aws:lambda:r:1:function:echo", "Next": "P"},
            "P": {
                "Type": "Parallel",
                "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}],
                "Next": "M",
            },
            "M": {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}, "Next": "X"},
            "X": {"Type": "Task", "Resource": "arn:aws:states:::sqs:fail/E", "End": True},
        },
    }
    events = run(machine, {"a": 1}).events
    assert [event.type for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "PassStateEntered",
        "PassStateExited",
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "MapStateEntered",
        "MapStateStarted",
        "MapIterationStarted",
        "SucceedStateEntered",
        "SucceedStateExited",
        "MapIterationSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
        "ExecutionFailed",
    ]
    assert [event.id for event in events] == list(range(1, 26))
    assert events[1].to_json() == {
        "id": 2,
        "previousEventId": 1,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "type": "TaskStateEntered",
        "name": "T",
        "input": {"a": 1},
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}]},
            [
                "ParallelStateEntered",
                "ParallelStateStarted",
                "FailStateEntered",
                "ParallelStateFailed",
                "ParallelStateExited",
            ],
        ),
        (
            {
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail"}}},
            },
            [
                "MapStateEntered",
                "MapStateStarted",
                "MapIterationStarted",
                "FailStateEntered",
                "MapIterationFailed",
                "MapStateFailed",
                "MapStateExited",
            ],
        ),
        (
            {"Type": "Parallel", "QueryLanguage": "JSONata", "Arguments": "{% $nobody %}", "Branches": []},
            ["ParallelStateEntered", "EvaluationFailed", "ParallelStateExited"],
        ),
    ],
)
def test_the_history_tells_what_failed_before_it_was_caught(run, state, expected):
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}], "Next": "Done"}
    machine = {"StartAt": "S", "States": {"S": state | caught, "Done": {"Type": "Succeed"}}}
    assert [event.type for event in run(machine, {"items": [1]}).events][1:-3] == expected


def test_the_context_object_tells_execution_machine_and_state(run):
    context = run({"Type": "Pass", "Parameters": {"c.$": "$$"}}, {"a": 1}, name="job-1").output["c"]
    assert context["Execution"].keys() == {"Id", "Input", "Name", "RedriveCount", "RoleArn", "StartTime"}
    assert context["Execution"]["Id"].endswith(":job-1")
    assert context["Execution"]["StartTime"] == "2026-01-01T00:00:00.000Z"
    assert context["StateMachine"].keys() == {"Id", "Name"}
    assert context["State"] == {"EnteredTime": "2026-01-01T00:00:00.000Z", "Name": "S"}


def test_executions_without_a_name_differ(run):
    machine = {"Type": "Pass", "Parameters": {"u.$": "States.UUID()", "n.$": "$$.Execution.Name"}}
    assert run(machine).output != run(machine).output
    assert run(machine, name="same").output == run(machine, name="same").output


def test_a_machine_that_was_read_once_can_run_often(world, clock):
    machine = parse({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    assert [execute(machine, number, invoke=world, clock=clock).output for number in range(2)] == [0, 1]


def test_the_computers_clock_is_the_default():
    before = dt.datetime.now(dt.UTC)
    execution = execute({"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 0, "End": True}}}, 1, invoke=print)
    assert before <= execution.events[0].at <= SystemClock().now()


@pytest.mark.parametrize(
    ("definition", "location"),
    [
        ({}, "/"),
        ({"StartAt": "X", "States": {"S": {"Type": "Succeed"}}}, "/StartAt"),
        ({"StartAt": "S", "States": {"S": 1}}, "/States/S"),
        ({"StartAt": "S", "States": {"S": {"Type": "Nap"}}}, "/States/S/Type"),
        ({"StartAt": "S", "States": {"S": {"Type": "Pass", "Next": "T"}}}, "/States/S"),
        ({"StartAt": "S", "States": {"S": {"Type": "Pass", "InputPath": "x"}}}, "/States/S/InputPath"),
        ({"StartAt": "S", "States": {"S": {"Type": "Pass", "InputPath": 1}}}, "/States/S/InputPath"),
        ({"StartAt": "S", "States": {"S": {"Type": "Pass", "ResultPath": "$.a[*]"}}}, "/States/S/ResultPath"),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Pass", "Parameters": {"a": [{"b.$": "x"}]}}}},
            "/States/S/Parameters/a/0/b.$",
        ),
        ({"StartAt": "S", "States": {"S": {"Type": "Wait"}}}, "/States/S"),
        ({"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": "${seconds}"}}}, "/States/S/Seconds"),
        ({"StartAt": "S", "States": {"S": {"Type": "Task"}}}, "/States/S/Resource"),
        ({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "a:b", "Retry": {}}}}, "/States/S/Retry"),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "a:b", "Catch": [{"Next": "S"}]}}},
            "/States/S/Catch/0/ErrorEquals",
        ),
        (
            {
                "StartAt": "S",
                "States": {
                    "S": {"Type": "Task", "Resource": "a:b", "Retry": [{"ErrorEquals": [], "MaxAttempts": "x"}]}
                },
            },
            "/States/S/Retry/0",
        ),
        ({"StartAt": "S", "States": {"S": {"Type": "Choice"}}}, "/States/S/Choices"),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"And": 1, "Next": "S"}]}}},
            "/States/S/Choices/0/And",
        ),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Not": 1, "Next": "S"}]}}},
            "/States/S/Choices/0/Not",
        ),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Next": "S"}]}}},
            "/States/S/Choices/0/Variable",
        ),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{"Variable": "$", "Next": "S"}]}}},
            "/States/S/Choices/0",
        ),
        (
            {
                "StartAt": "S",
                "States": {"S": {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Next": "S"}]}},
            },
            "/States/S/Choices/0/Condition",
        ),
        ({"StartAt": "S", "States": {"S": {"Type": "Parallel"}}}, "/States/S/Branches"),
        ({"StartAt": "S", "States": {"S": MAP | {"ItemReader": 1}}}, "/States/S/ItemReader"),
        (
            {"StartAt": "S", "States": {"S": MAP | {"ItemReader": {"ReaderConfig": {"CSVDelimiter": "DOT"}}}}},
            "/States/S/ItemReader/ReaderConfig/CSVDelimiter",
        ),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Pass", "Parameters": {"a": 1, "a.$": "$.x"}}}},
            "/States/S/Parameters/a.$",
        ),
        ({"StartAt": "S", "States": {"S": {"Type": "Map"}}}, "/States/S/Iterator"),
        (
            {"StartAt": "S", "States": {"S": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% ( %}"}}},
            "/States/S/Output",
        ),
    ],
)
def test_unreadable_definition_is_refused_with_its_place(definition, location):
    with pytest.raises(DefinitionInvalid) as caught:
        parse(definition)
    assert caught.value.location == location


def test_all_states_can_be_walked_with_their_paths():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
    machine = parse({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": inner, "End": True}}})
    assert [path for path, _ in machine.walk()] == ["/M", "/M[0]/I"]


TCSL_TASK = {"Type": "Task", "Resource": "qrn:qcs:asw:ap-guangzhou:1:sdk:json:qcloud:mps:echo", "End": True}


def test_a_qrn_resource_makes_a_definition_tcsl():
    assert dialect_of({"States": {"M": {"Iterator": {"States": {"T": TCSL_TASK}}}}}) is TCSL
    assert dialect_of({"States": {"T": {"Type": "Task", "Resource": "arn:aws:x"}}}) is ASL


def test_tcsl_maps_run_one_item_at_a_time_by_default(run, clock):
    waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "Next": "T"}, "T": TCSL_TASK}}
    for more, options, seconds in [({}, {}, 30), ({"MaxConcurrency": 0}, {}, 10), ({}, {"dialect": "asl"}, 10)]:
        began = clock.now()
        assert run({"Type": "Map", "Iterator": waits} | more, [1, 2, 3], **options).status == "SUCCEEDED"
        assert (clock.now() - began).total_seconds() == seconds


def test_the_misspelt_result_selector_of_tcsl_is_read(run):
    assert run(TCSL_TASK | {"ResultSeclector": {"x.$": "$.a"}}, {"a": 1}).output == {"x": 1}


def test_pass_of_tcsl_has_a_result_selector(run):
    assert run({"Type": "Pass", "ResultSelector": {"x.$": "$.a"}}, {"a": 1}, dialect="tcsl").output == {"x": 1}


@pytest.mark.parametrize(
    ("status", "shown"),
    [("SUCCEEDED", "SUCCEED"), ("ABORTED", "TERMINATED"), ("TIMED_OUT", "FAILED"), ("FAILED", "FAILED")],
)
def test_statuses_are_shown_in_the_dialects_words(status, shown):
    assert TCSL.display_status(status) == shown
    assert ASL.display_status(status) == status
