"""A mock run ends every definition without an effect, in virtual time, and within its bounds."""

from __future__ import annotations

import pytest

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang.engine.mock_run import BOUNDS, MockRun, run_with_mocks
from airflow_provider_media.core.statelang.engine.mocks import MockAnswer
from airflow_provider_media.core.statelang.errors import MockMissing, TaskFailed
from airflow_provider_media.core.statelang.jsontext import size
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource


def machine(first, /, **states):
    return {"StartAt": first, "States": states}


def task(resource="media:transcode", **more):
    return {"Type": "Task", "Resource": resource, **({} if "Next" in more else {"End": True}), **more}


def ran(definition, value=None, *, mocks=None, **more):
    answers = {name: tuple(each) for name, each in (mocks or {}).items()}
    return run_with_mocks(
        MockRun(source=DefinitionSource.of(definition), input={} if value is None else value, mocks=answers, **more)
    )


def gives(value):
    return MockAnswer(result=value)


def fails(error, cause=None):
    return MockAnswer(failure=TaskFailed(error, cause))


def test_task_is_retried_and_each_call_gets_its_answer():
    encode = task(Retry=[{"ErrorEquals": ["storage_failed"], "IntervalSeconds": 3600}])
    result = ran(machine("Encode", Encode=encode), mocks={"Encode": [fails("storage_failed"), gives({"n": 1})]})
    assert (result.execution.status, result.execution.output) == ("SUCCEEDED", {"n": 1})
    types = [event.type for event in result.execution.events]
    assert (types.count("TaskFailed"), types.count("TaskSucceeded")) == (1, 1)


def test_caught_error_leads_to_the_catcher_with_name_and_cause():
    encode = task(Catch=[{"ErrorEquals": ["Bad"], "Next": "Repair"}])
    repair = {"Type": "Pass", "End": True}
    result = ran(machine("Encode", Encode=encode, Repair=repair), mocks={"Encode": [fails("Bad", "cut")]})
    assert result.execution.output == {"Error": "Bad", "Cause": "cut"}
    assert [(visit.state, visit.status) for visit in result.visits] == [("Encode", "caught"), ("Repair", "succeeded")]


def test_result_that_looks_like_an_error_is_a_result():
    result = ran(machine("Encode", Encode=task()), mocks={"Encode": [gives({"Error": "x", "Cause": "y"})]})
    assert result.execution.output == {"Error": "x", "Cause": "y"}


def test_waits_pass_at_once_in_virtual_time():
    wait = {"Type": "Wait", "Seconds": 2_000_000, "Next": "Done"}
    result = ran(machine("Wait", Wait=wait, Done={"Type": "Succeed"}))
    first, last = result.execution.events[0], result.execution.events[-1]
    assert (last.at - first.at).total_seconds() == 2_000_000


def test_timeout_of_the_machine_counts_virtual_time():
    wait = {"Type": "Wait", "Seconds": 61, "End": True}
    assert ran({**machine("Wait", Wait=wait), "TimeoutSeconds": 60}).execution.status == "TIMED_OUT"
    assert ran(machine("Wait", Wait=wait | {"Seconds": 301}), express=True).execution.status == "TIMED_OUT"


def test_iterations_of_maps_and_branches_are_visits_of_their_own():
    each = {"StartAt": "Encode", "States": {"Encode": task()}}
    films = {"Type": "Map", "ItemProcessor": each, "End": True}
    sound = {"StartAt": "Sound", "States": {"Sound": task("media:probe")}}
    both = {"Type": "Parallel", "Branches": [{"StartAt": "Films", "States": {"Films": films}}, sound], "End": True}
    mocks = {"Encode": [gives("a"), gives("b")], "media:probe": [gives("s")]}
    result = ran(machine("Both", Both=both), ["x", "y"], mocks=mocks)
    assert result.execution.output == [["a", "b"], "s"]
    shown = {(visit.state, visit.iterations): visit.output for visit in result.visits}
    assert shown == {
        ("Both", ()): [["a", "b"], "s"],
        ("Films", ()): ["a", "b"],
        ("Encode", (0,)): "a",
        ("Encode", (1,)): "b",
        ("Sound", ()): "s",
    }


def test_distributed_map_reads_its_mocked_items():
    each = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}}
    wide = {"Type": "Map", "ItemReader": reader | {"Parameters": {"Bucket": "b", "Key": "k"}}, "ItemProcessor": each}
    result = ran(machine("Wide", Wide=wide | {"End": True}), mocks={"Wide": [gives({"Body": "[1, 2]"})]})
    assert result.execution.output == [1, 2]
    assert sorted(visit.iterations for visit in result.visits if visit.state == "P") == [(0,), (1,)]


def test_task_without_mock_is_refused_by_state_and_resource():
    with pytest.raises(MockMissing, match=r"'Encode'.*'media:transcode'") as refused:
        ran(machine("Encode", Encode=task()))
    assert refused.value.detail == {"state": "Encode", "resource": "media:transcode"}


def test_missing_mock_is_no_error_that_a_catcher_takes():
    encode = task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Done"}])
    with pytest.raises(MockMissing):
        ran(machine("Encode", Encode=encode, Done={"Type": "Succeed"}))


def test_definition_with_errors_is_refused_with_all_of_them():
    with pytest.raises(StateMachineInvalid) as refused:
        ran(machine("Encode", Encode=task(Next="Nowhere"), Odd={"Type": "Pas"}))
    assert len(refused.value.detail["diagnostics"]) > 1


def test_endless_loop_ends_at_the_bound_of_attempts():
    never = [{"Variable": "$.x", "IsPresent": True, "Next": "Done"}]
    again = {"Type": "Choice", "Choices": never, "Default": "Again"}
    result = ran(machine("Again", Again=again, Done={"Type": "Succeed"}))
    assert (result.execution.status, result.execution.error) == ("FAILED", "States.Runtime")
    assert f"({BOUNDS.most_attempts})" in result.execution.cause


def test_history_keeps_a_bounded_amount_of_payloads():
    grow = {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "text.$": "$.text"}, "Next": "Again"}
    again = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 50, "Next": "Grow"}], "Default": "C"}
    result = ran(machine("Grow", Grow=grow, Again=again, C={"Type": "Succeed"}), {"n": 0, "text": "x" * 200_000})
    assert result.execution.status == "SUCCEEDED"
    kept = [
        event.details[key] for event in result.execution.events for key in ("input", "output") if key in event.details
    ]
    distinct = {id(payload): size(payload) for payload in kept}
    assert 1_000_000 < sum(distinct.values()) <= BOUNDS.history_bytes
