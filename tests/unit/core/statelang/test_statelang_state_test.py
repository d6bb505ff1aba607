"""A test of one state gives its status, its output and each step, in both languages and dialects."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang import execute, parse
from airflow_provider_media.core.statelang.engine.mocks import FastClock, MockAnswer, Mocks
from airflow_provider_media.core.statelang.engine.state_test import StateTest, run_state_test
from airflow_provider_media.core.statelang.errors import MockNotUsed, StateUnknown, TaskFailed
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ENCODE = {
    "Type": "Task",
    "Resource": "media:transcode",
    "InputPath": "$.film",
    "Parameters": {"source.$": "$.uri"},
    "ResultSelector": {"uri.$": "$.files[0]"},
    "ResultPath": "$.encoded",
    "OutputPath": "$.encoded",
    "Retry": [{"ErrorEquals": ["storage_failed"], "IntervalSeconds": 60, "MaxAttempts": 1}],
    "Catch": [{"ErrorEquals": ["storage_failed"], "ResultPath": "$.error", "Next": "Repair"}],
    "Next": "Publish",
}
FILM = {"film": {"uri": "s3://in/a.mp4"}}
FAILED = MockAnswer(failure=TaskFailed("storage_failed", "503"))


def tried(state, *, value=None, definition=None, name="Tried", **more):
    whole = definition or {"StartAt": "Tried", "States": {"Tried": state}}
    test = StateTest(source=DefinitionSource.of(whole), state=name, input={} if value is None else value, **more)
    return run_state_test(test, AT)


def steps(result):
    return {step.name: step.value for step in result.steps}


def test_jsonpath_state_shows_every_step_of_its_data_flow():
    result = tried(ENCODE, value=FILM, answer=MockAnswer(result={"files": ["s3://out/a.mp4"]}))
    assert steps(result) == {
        "input": FILM,
        "InputPath": {"uri": "s3://in/a.mp4"},
        "Parameters": {"source": "s3://in/a.mp4"},
        "result": {"files": ["s3://out/a.mp4"]},
        "ResultSelector": {"uri": "s3://out/a.mp4"},
        "ResultPath": {**FILM, "encoded": {"uri": "s3://out/a.mp4"}},
        "OutputPath": {"uri": "s3://out/a.mp4"},
        "next": "Publish",
    }
    assert (result.status, result.output, result.next_state) == ("SUCCEEDED", {"uri": "s3://out/a.mp4"}, "Publish")


def test_jsonata_state_shows_arguments_result_output_and_assigned_variables():
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "media:transcode",
        "Arguments": {"source": "{% $states.input.film & $suffix %}"},
        "Output": "{% $states.result.files[0] %}",
        "Assign": {"count": "{% $count($states.result.files) %}"},
        "End": True,
    }
    result = tried(state, value={"film": "a"}, variables={"suffix": ".mp4"}, answer=MockAnswer(result={"files": ["x"]}))
    assert steps(result) == {
        "input": {"film": "a"},
        "Arguments": {"source": "a.mp4"},
        "result": {"files": ["x"]},
        "Output": "x",
        "Assign": {"count": 1},
        "next": None,
    }
    assert (result.output, result.assigned, result.next_state) == ("x", {"count": 1}, None)


def test_state_of_tencents_dialect_is_tested_under_its_own_spelling():
    state = {"Type": "Pass", "ResultSeclector": {"b.$": "$.a"}, "ResultPath": "$.c", "End": True}
    invoke = {"Type": "Task", "Resource": "qrn:qcs:asw::1:sdk:json:qcloud:scf:Invoke/f", "End": True}
    definition = {"StartAt": "Tried", "States": {"Tried": state, "Call": invoke}}
    assert steps(tried(None, definition=definition, value={"a": 1}))["ResultSelector"] == {"b": 1}


@pytest.mark.parametrize(
    ("retries", "status", "next_state", "output"),
    [
        (0, "RETRIABLE", None, None),
        (1, "CAUGHT_ERROR", "Repair", {**FILM, "error": {"Error": "storage_failed", "Cause": "503"}}),
    ],
)
def test_error_is_retried_until_retries_are_used_up(retries, status, next_state, output):
    result = tried(ENCODE, value=FILM, answer=FAILED, retries=retries)
    assert (result.status, result.next_state, result.output) == (status, next_state, output)
    assert (result.error, result.cause) == ("storage_failed", "503")
    assert result.retry_seconds == (60 if status == "RETRIABLE" else None)


def test_error_that_nothing_takes_fails_the_state():
    result = tried(ENCODE, value=FILM, answer=MockAnswer(failure=TaskFailed("source_damaged", "cut")))
    assert (result.status, result.error, result.cause, result.output) == ("FAILED", "source_damaged", "cut", None)


def test_failing_expression_keeps_the_steps_before_it():
    result = tried(ENCODE, value=FILM, answer=MockAnswer(result={}))
    assert (result.status, result.error) == ("FAILED", "States.Runtime")
    assert [step.name for step in result.steps] == ["input", "InputPath", "Parameters", "result", "error", "fails with"]


def test_task_without_mock_stops_before_its_work_and_says_so():
    result = tried(ENCODE, value=FILM)
    assert result.status == "MOCK_MISSING"
    assert "'Tried'" in result.cause
    assert "add a mock" in result.cause
    assert steps(result)["Parameters"] == {"source": "s3://in/a.mp4"}


def test_result_that_is_null_is_a_result():
    state = {"Type": "Task", "Resource": "r:x", "End": True}
    assert tried(state, answer=MockAnswer(result=None)).status == "SUCCEEDED"


def test_mock_for_state_without_outside_work_is_refused():
    with pytest.raises(MockNotUsed, match="of type Pass"):
        tried({"Type": "Pass", "End": True}, answer=MockAnswer(result=1))


def test_map_shows_items_and_inputs_of_its_iterations():
    state = {
        "Type": "Map",
        "ItemsPath": "$.films",
        "ItemSelector": {"number.$": "$$.Map.Item.Index", "uri.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
        "End": True,
    }
    result = tried(state, value={"films": ["a", "b"]}, answer=MockAnswer(result=[1, 2]))
    assert steps(result)["Items"] == ["a", "b"]
    assert steps(result)["ItemSelector"] == [{"number": 0, "uri": "a"}, {"number": 1, "uri": "b"}]
    assert result.output == [1, 2]


def test_state_inside_map_is_tested_with_context_of_an_iteration():
    inside = {"Type": "Pass", "Parameters": {"n.$": "$$.Map.Item.Index"}, "End": True}
    around = {"Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {"In": inside}}, "End": True}
    definition = {"StartAt": "Out", "States": {"Out": around}}
    result = tried(None, definition=definition, name="In", context={"Map": {"Item": {"Index": 3, "Value": None}}})
    assert result.output == {"n": 3}


def test_draft_with_errors_in_other_states_is_tested():
    definition = {
        "States": {
            "Tried": {"Type": "Pass", "Result": 1, "Next": "Not yet written"},
            "Lost": {"Type": "Task"},
            "Odd": 7,
        }
    }
    result = tried(None, definition=definition)
    assert (result.status, result.output, result.next_state) == ("SUCCEEDED", 1, "Not yet written")


def test_errors_of_tested_state_have_line_and_column():
    text = '{"StartAt": "Tried", "States": {\n  "Tried": {"Type": "Pass",\n    "Next": 3}}}'
    with pytest.raises(StateMachineInvalid) as refused:
        tried(None, definition=text)
    (one,) = refused.value.detail["diagnostics"]
    assert (one["field"], one["mark"]["line"], one["mark"]["column"]) == ("/States/Tried/Next", 3, 5)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"States": {"Tried": 1e999}}', '{"a":' * 200 + "1" + "}" * 200])
def test_text_that_is_no_definition_is_refused(text):
    with pytest.raises((StateMachineInvalid, StateUnknown)):
        tried(None, definition=text or " ")


def test_unknown_state_is_refused_with_nearest_name():
    with pytest.raises(StateUnknown, match=r"did you mean 'Tried'\? The states are: Tried"):
        tried({"Type": "Succeed"}, name="Tryed")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(["$", "$.a", "$.a.b", None])
RESULT_PATHS = st.sampled_from(["$", "$.r", "$.a.r", None])


@given(value=JSON_VALUES, result=JSON_VALUES, input_path=PATHS, result_path=RESULT_PATHS, output_path=PATHS)
def test_state_ends_in_its_test_as_in_an_execution(value, result, input_path, result_path, output_path):
    state = {
        "Type": "Task",
        "Resource": "r:x",
        "InputPath": input_path,
        "ResultPath": result_path,
        "OutputPath": output_path,
        "End": True,
    }
    machine = parse({"StartAt": "Tried", "States": {"Tried": state}})
    answer = MockAnswer(result=result)
    run = execute(machine, value, invoke=Mocks({"Tried": [answer]}), clock=FastClock())
    test = run_state_test(
        StateTest(
            source=DefinitionSource.of(json.dumps({"StartAt": "Tried", "States": {"Tried": state}})),
            state="Tried",
            input=value,
            answer=answer,
        ),
        AT,
    )
    assert (test.status, test.output, test.error) == (run.status, run.output, run.error)
