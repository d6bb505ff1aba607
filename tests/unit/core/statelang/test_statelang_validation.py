"""What is refused in a definition, with code and place; and what is not."""

from __future__ import annotations

from typing import ClassVar

import pytest

from airflow_provider_media.core.statelang import validate
from airflow_provider_media.core.statelang.parsing.files import path_at
from airflow_provider_media.core.statelang.validation.machine import check_machine
from airflow_provider_media.core.statelang.validation.report import Report

SCHEMA = "SCHEMA_VALIDATION_FAILED"
DONE = {"Type": "Succeed"}
INNER = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
TASK = {"Type": "Task", "Resource": "media:probe", "End": True}


def machine(state: dict, **more: object) -> dict:
    return {"StartAt": "S", "States": {"S": state} | more}


def errors(definition: object, **options: object) -> list[tuple[str, str]]:
    return [(found.rule, found.field or str(found.mark)) for found in validate(definition, **options) if found.is_error]


VALID = [
    machine(DONE),
    machine({"Type": "Fail"}),
    machine({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.UUID()"}),
    machine(
        {"Type": "Pass", "InputPath": None, "OutputPath": "$$.x", "Parameters": ["abc", {"x.$": "$v[0]"}], "End": True}
    ),
    machine({"Type": "Pass", "Next": "T"}, T=DONE),
    machine({"Type": "Pass", "Assign": {"größe_2.$": "$", "x": {"not a name": 1}}, "End": True}),
    machine(TASK | {"TimeoutSeconds": 9, "HeartbeatSeconds": 8, "Credentials": {"RoleArn.$": "$.r"}}),
    machine(TASK | {"Resource": "${Function}", "TimeoutSeconds": "${seconds}", "Parameters": {"x.$": "${path}"}}),
    machine(TASK | {"Retry": [], "Catch": []}),
    machine(
        TASK | {"Retry": [{"ErrorEquals": ["A"], "MaxDelaySeconds": 2, "JitterStrategy": "FULL", "BackoffRate": 1}]}
    ),
    machine(
        {
            "Type": "Choice",
            "Choices": [{"Not": {"Variable": "$", "IsPresent": True}, "Assign": {}, "Next": "T", "Comment": "c"}],
        },
        T=DONE,
    ),
    machine({"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z", "End": True}),
    machine({"Type": "Parallel", "Branches": [INNER], "End": True}),
    machine(
        {
            "Type": "Choice",
            "Choices": [{"And": [{"Variable": "$.a", "StringEqualsPath": "$.b"}], "Next": "T"}],
            "Default": "T",
        },
        T=DONE,
    ),
    machine(
        {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% true %}", "Next": "T"}]}, T=DONE
    ),
    machine(
        {
            "Type": "Map",
            "Label": "${label}",
            "End": True,
            "ItemProcessor": INNER,
            "ItemReader": {
                "Resource": "a:b",
                "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"]},
            },
            "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"x.$": "$.x"}},
            "ResultWriter": {"WriterConfig": {"OutputType": "JSONL", "Transformation": "COMPACT"}},
        }
    ),
    machine({"Type": "Map", "Iterator": INNER, "Parameters": "$.foo", "Label": "run-1", "End": True}),
    machine(
        {
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "Items": "{% [1] %}",
            "MaxConcurrency": "{% 1 %}",
            "ItemProcessor": INNER,
            "End": True,
        }
    ),
    {"QueryLanguage": "JSONata"}
    | machine(TASK | {"Arguments": {"x": "{% $states.input %}"}, "TimeoutSeconds": "{% 5 %}"}),
]
INVALID = [
    ({}, SCHEMA, "/"),
    ([], SCHEMA, "/"),
    ("", SCHEMA, "/"),
    ("[1]", SCHEMA, "/"),
    ("not a definition", "INVALID_JSON_DESCRIPTION", "line 1, column 1"),
    ({"States": {"S": DONE}}, SCHEMA, "/"),
    ({"StartAt": "S", "States": {}}, SCHEMA, "/States"),
    (machine(DONE) | {"Extra": 1}, SCHEMA, "/Extra"),
    (machine(DONE) | {"QueryLanguage": "XPath"}, SCHEMA, "/QueryLanguage"),
    (machine(DONE) | {"TimeoutSeconds": 0}, SCHEMA, "/TimeoutSeconds"),
    (machine(DONE) | {"StartAt": "X"}, "MISSING_TRANSITION_TARGET", "/StartAt"),
    (machine(DONE) | {"StartAt": ["S"]}, SCHEMA, "/StartAt"),
    (machine({"Type": ["Pass"]}), SCHEMA, "/States/S/Type"),
    (machine({"Type": "Pass", "Comment": 1, "End": True}), SCHEMA, "/States/S/Comment"),
    (machine({"Type": "Pass", "Assign": {"states": 1}, "End": True}), SCHEMA, "/States/S/Assign"),
    (machine({"Type": "Pass", "Assign": {"1st.$": "$"}, "End": True}), SCHEMA, "/States/S/Assign"),
    (machine({"Type": "Pass", "Assign": {"x" * 81: 1}, "End": True}), SCHEMA, "/States/S/Assign"),
    (machine({"Type": "Wait", "SecondsPath": "$.a[*]", "End": True}), SCHEMA, "/States/S/SecondsPath"),
    ({"QueryLanguage": "JSONata"} | machine(TASK | {"Retry": "{% [] %}"}), SCHEMA, "/States/S/Retry"),
    (machine({}), SCHEMA, "/States/S"),
    (machine({"Type": "Nap"}), SCHEMA, "/States/S/Type"),
    ({"StartAt": "S", "States": {"S": 1}}, SCHEMA, "/States/S"),
    ({"StartAt": "S" * 81, "States": {"S" * 81: DONE}}, SCHEMA, "/States"),
    (machine(DONE | {"Assign": {}}), SCHEMA, "/States/S/Assign"),
    (machine({"Type": "Pass", "Next": "T"}), "MISSING_TRANSITION_TARGET", "/States/S/Next"),
    (machine({"Type": "Pass", "Next": "S"}), "MISSING_TERMINAL_STATE", "/States"),
    (machine({"Type": "Pass"}), SCHEMA, "/States/S"),
    (machine({"Type": "Pass", "Next": "T", "End": True}, T=DONE), "TERMINAL_STATE_WITH_NEXT", "/States/S"),
    (machine(DONE, T=DONE), "MISSING_TRANSITION_TARGET", "/States/T"),
    (
        machine({"Type": "Parallel", "Branches": [INNER, INNER], "End": True}),
        "DUPLICATE_STATE_NAME",
        "/States/S/Branches/1/States/I",
    ),
    (machine({"Type": "Pass", "InputPath": "x", "End": True}), SCHEMA, "/States/S/InputPath"),
    (machine({"Type": "Pass", "ResultPath": "$$.x", "End": True}), SCHEMA, "/States/S/ResultPath"),
    (machine({"Type": "Pass", "Parameters": {"a": [{"b.$": 1}]}, "End": True}), SCHEMA, "/States/S/Parameters/a/0/b.$"),
    (
        machine({"Type": "Pass", "Parameters": {"a.$": "$.x", "a": 1}, "End": True}),
        "DUPLICATE_FIELD_NAME",
        "/States/S/Parameters/a.$",
    ),
    (machine({"Type": "Pass", "Arguments": {}, "End": True}), SCHEMA, "/States/S/Arguments"),
    (machine({"Type": "Pass", "Output": 1, "End": True}), SCHEMA, "/States/S/Output"),
    (machine({"Type": "Pass", "Assign": None, "End": True}), SCHEMA, "/States/S/Assign"),
    (
        machine({"Type": "Pass", "QueryLanguage": "JSONata", "ResultPath": "$.x", "End": True}),
        SCHEMA,
        "/States/S/ResultPath",
    ),
    (
        machine({"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": "{% ( %}"}, "End": True}),
        SCHEMA,
        "/States/S/Output/a",
    ),
    (
        machine({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %", "End": True}),
        SCHEMA,
        "/States/S/Output",
    ),
    (
        {"QueryLanguage": "JSONata"} | machine({"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}),
        SCHEMA,
        "/States/S",
    ),
    (machine({"Type": "Task", "End": True}), SCHEMA, "/States/S"),
    (machine(TASK | {"Resource": "${open"}), SCHEMA, "/States/S/Resource"),
    (machine(TASK | {"Credentials": {}}), SCHEMA, "/States/S/Credentials"),
    (machine(TASK | {"Credentials": None}), SCHEMA, "/States/S/Credentials"),
    (machine(TASK | {"TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t"}), "TASK_TIMEOUT", "/States/S"),
    (machine(TASK | {"HeartbeatSeconds": 1, "HeartbeatSecondsPath": "$.t"}), "TASK_HEARTBEAT", "/States/S"),
    (machine(TASK | {"TimeoutSeconds": 5, "HeartbeatSeconds": 5}), SCHEMA, "/States/S/HeartbeatSeconds"),
    (machine(TASK | {"Retry": [1]}), SCHEMA, "/States/S/Retry/0"),
    (machine(TASK | {"Retry": [{"ErrorEquals": []}]}), SCHEMA, "/States/S/Retry/0/ErrorEquals"),
    (machine(TASK | {"Retry": [{"ErrorEquals": ["A"], "MaxAttempts": -1}]}), SCHEMA, "/States/S/Retry/0/MaxAttempts"),
    (machine(TASK | {"Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}]}), SCHEMA, "/States/S/Retry/0/BackoffRate"),
    (
        machine(TASK | {"Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 3, "MaxDelaySeconds": 3}]}),
        SCHEMA,
        "/States/S/Retry/0/MaxDelaySeconds",
    ),
    (
        machine(TASK | {"Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "some"}]}),
        SCHEMA,
        "/States/S/Retry/0/JitterStrategy",
    ),
    (machine(TASK | {"Retry": [{"ErrorEquals": ["States.ALL", "A"]}]}), SCHEMA, "/States/S/Retry/0/ErrorEquals"),
    (
        machine(TASK | {"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}]}),
        SCHEMA,
        "/States/S/Retry/0/ErrorEquals",
    ),
    (machine(TASK | {"Catch": [{"ErrorEquals": ["A"]}]}), SCHEMA, "/States/S/Catch/0"),
    (
        machine(TASK | {"Catch": [{"ErrorEquals": ["A"], "Next": "X"}]}),
        "MISSING_TRANSITION_TARGET",
        "/States/S/Catch/0/Next",
    ),
    (machine({"Type": "Choice", "Choices": []}), SCHEMA, "/States/S/Choices"),
    (machine({"Type": "Choice"}), SCHEMA, "/States/S"),
    (machine({"Type": "Choice", "Choices": [{"Variable": "$", "Next": "T"}]}, T=DONE), SCHEMA, "/States/S/Choices/0"),
    (
        machine({"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": 1, "Next": "T"}]}, T=DONE),
        SCHEMA,
        "/States/S/Choices/0/IsNull",
    ),
    (
        machine(
            {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "IsString": True, "Next": "T"}]}, T=DONE
        ),
        SCHEMA,
        "/States/S/Choices/0",
    ),
    *(
        (
            machine({"Type": "Choice", "Choices": [{"Variable": "$", name: [], "Next": "T"}]}, T=DONE),
            SCHEMA,
            f"/States/S/Choices/0/{name}",
        )
        for name in ("StringEquals", "NumericEquals", "TimestampEquals", "BooleanEquals")
    ),
    (machine({"Type": "Choice", "Choices": [{"Or": [1], "Next": "T"}]}, T=DONE), SCHEMA, "/States/S/Choices/0/Or/0"),
    (machine({"Type": "Choice", "Choices": [1]}), SCHEMA, "/States/S/Choices/0"),
    (machine({"Type": "Choice", "Choices": 1}), SCHEMA, "/States/S/Choices"),
    (
        machine({"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Next": "T"}]}, T=DONE),
        SCHEMA,
        "/States/S/Choices/0",
    ),
    (machine({"Type": "Fail", "CausePath": "States.Nonsense()"}), SCHEMA, "/States/S/CausePath"),
    (machine({"Type": "Wait", "SecondsPath": 1, "End": True}), SCHEMA, "/States/S/SecondsPath"),
    (
        machine(
            {"Type": "Map", "Iterator": {"StartAt": "I", "States": {"I": DONE}, "ProcessorConfig": 1}, "End": True}
        ),
        SCHEMA,
        "/States/S/Iterator/ProcessorConfig",
    ),
    (
        machine(
            {"Type": "Map", "ItemProcessor": INNER, "ItemReader": 1, "ItemBatcher": 1, "ResultWriter": 1, "End": True}
        ),
        SCHEMA,
        "/States/S/ItemReader",
    ),
    (machine({"Type": "Choice", "Choices": [{"And": [], "Next": "T"}]}, T=DONE), SCHEMA, "/States/S/Choices/0/And"),
    (
        machine(
            {"Type": "Choice", "Choices": [{"Not": {"Variable": "$", "IsNull": True, "Next": "T"}, "Next": "T"}]},
            T=DONE,
        ),
        SCHEMA,
        "/States/S/Choices/0/Not/Next",
    ),
    (machine({"Type": "Wait", "End": True}), "WAIT_DURATION", "/States/S"),
    (machine({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.s", "End": True}), "WAIT_DURATION", "/States/S"),
    (machine({"Type": "Wait", "Timestamp": "2026-01-01 00:00:00", "End": True}), SCHEMA, "/States/S/Timestamp"),
    (machine({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}), "FAIL_ERROR_PROPERTY", "/States/S"),
    (machine({"Type": "Fail", "Cause": "C", "CausePath": "$.e"}), "FAIL_CAUSE_PROPERTY", "/States/S"),
    (machine({"Type": "Fail", "CausePath": "States.Array(1)"}), SCHEMA, "/States/S/CausePath"),
    (machine({"Type": "Parallel", "Branches": [], "End": True}), SCHEMA, "/States/S/Branches"),
    (machine({"Type": "Parallel", "Branches": [[INNER]], "End": True}), SCHEMA, "/States/S/Branches/0"),
    (machine({"Type": "Map", "End": True}), "MAP_ITEM_PROCESSOR", "/States/S"),
    (machine({"Type": "Map", "ItemProcessor": INNER, "ItemsPath": None, "End": True}), SCHEMA, "/States/S/ItemsPath"),
    (machine({"Type": "Map", "ItemProcessor": INNER, "Label": "a b", "End": True}), SCHEMA, "/States/S/Label"),
    (machine({"Type": "Map", "ItemProcessor": INNER, "Label": "", "End": True}), SCHEMA, "/States/S/Label"),
    (machine({"Type": "Map", "ItemProcessor": INNER, "Label": "x" * 41, "End": True}), SCHEMA, "/States/S/Label"),
    (
        machine({"Type": "Map", "ItemProcessor": INNER | {"ProcessorConfig": {"Mode": "DISTRIBUTED"}}, "End": True}),
        SCHEMA,
        "/States/S/ItemProcessor/ProcessorConfig",
    ),
    (
        machine(
            {
                "Type": "Map",
                "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "T"}}},
                "Next": "T",
            },
            T=DONE,
        ),
        "MAP_OUTBOUND_TRANSITION_TARGET",
        "/States/S/ItemProcessor/States/I/Next",
    ),
    (
        machine(
            {
                "Type": "Map",
                "ItemProcessor": INNER,
                "ToleratedFailureCount": 1,
                "ToleratedFailureCountPath": "$.t",
                "End": True,
            }
        ),
        "MAP_TOLERATED_FAILURE",
        "/States/S",
    ),
    (
        machine(
            {
                "Type": "Map",
                "ItemProcessor": INNER,
                "ItemBatcher": {"MaxItemsPerBatch": 1, "MaxItemsPerBatchPath": "$.t"},
                "End": True,
            }
        ),
        "MAP_ITEM_BATCHER",
        "/States/S/ItemBatcher",
    ),
    (
        machine(
            {
                "Type": "Map",
                "ItemProcessor": INNER,
                "ItemReader": {"Resource": "a:b", "ReaderConfig": {"CSVHeaderLocation": "GIVEN"}},
                "End": True,
            }
        ),
        SCHEMA,
        "/States/S/ItemReader/ReaderConfig",
    ),
    (
        machine({"Type": "Map", "ItemProcessor": INNER, "ResultWriter": {"WriterConfig": {}}, "End": True}),
        SCHEMA,
        "/States/S/ResultWriter/WriterConfig",
    ),
]


@pytest.mark.parametrize("definition", VALID)
def test_a_valid_definition_is_accepted(definition):
    assert errors(definition) == []


@pytest.mark.parametrize(("definition", "code", "location"), INVALID)
def test_an_invalid_definition_is_refused_with_code_and_place(definition, code, location):
    assert (code, location) in errors(definition)


def test_findings_say_what_is_allowed():
    found = validate(machine({"Type": "Nap"}))[0]
    assert found.message == "Type must be one of Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map but was: 'Nap'"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"Type": "Pass", "Paramters": {}},
            "Field is not supported; did you mean Parameters? Allowed here: Assign, Comment, End, InputPath,",
        ),
        (
            {"Type": "Pass", "Qwertz": {}, "QueryLanguage": "JSONata"},
            "Allowed here: Assign, Comment, End, Next, Output, QueryLanguage, Type",
        ),
        ({"Type": "Pass", "Next": 7}, "Expected string but was number: 7"),
        ({"Type": "Task", "Resource": "media:probe", "Retry": "x" * 99}, "Expected array but was string"),
        (
            {"Type": "Pass", "Next": "Dnoe"},
            "Missing 'Next'|'Default'|'StartAt' target: Dnoe; did you mean Done? States here: S, Done",
        ),
        ({"Type": "Map", "Label": "x" * 41}, f"Label cannot exceed 40 characters but has 41: {'x' * 41}"),
    ],
)
def test_findings_show_the_value_and_what_may_have_been_meant(state, words):
    assert any(words in found.message for found in validate(machine(state, Done=DONE)))


def test_missing_fields_are_worded_as_the_service_does():
    assert validate({})[0].message == "These fields are required: [States, StartAt]"


def test_all_findings_come_at_once():
    assert len(errors(machine({"Type": "Task", "Retry": [1], "Extra": 1, "TimeoutSeconds": 0}))) >= 5


@pytest.mark.parametrize(
    ("state", "location"),
    [
        (TASK | {"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}, "/States/S/Resource"),
        (TASK | {"Resource": "arn:aws:states:::states:startExecution.sync:2"}, "/States/S/Resource"),
        (TASK | {"Resource": "arn:aws:states:r:1:activity:a"}, "/States/S/Resource"),
        (
            {
                "Type": "Map",
                "End": True,
                "ItemProcessor": INNER | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}},
            },
            "/States/S/ItemProcessor/ProcessorConfig/Mode",
        ),
    ],
)
def test_what_express_machine_lacks_is_refused_there_only(state, location):
    assert errors(machine(state), express=True) == [(SCHEMA, location)]
    assert errors(machine(state)) == []


def test_an_unknown_error_of_the_language_is_a_warning():
    found = validate(machine(TASK | {"Catch": [{"ErrorEquals": ["States.Oops"], "Next": "T"}]}, T=DONE))
    assert [(diagnostic.severity, diagnostic.field) for diagnostic in found] == [
        ("warning", "/States/S/Catch/0/ErrorEquals")
    ]


def test_tcsl_warns_of_undocumented_operators_and_knows_its_spelling():
    state = {"Type": "Choice", "Choices": [{"Variable": "$", "IsString": True, "Next": "T"}]}
    task = {
        "Type": "Task",
        "Resource": "qrn:qcs:asw:::sdk:json:qcloud:mps:ProcessMedia",
        "ResultSeclector": {"x.$": "$"},
        "End": True,
    }
    found = validate(machine(state, T=task))
    assert [(diagnostic.severity, diagnostic.field) for diagnostic in found] == [
        ("warning", "/States/S/Choices/0/IsString")
    ]


class Unlisted(dict):
    """An object whose keys are looked up one by one: a look at all of them, for each mistake, takes quadratic time."""

    def __iter__(self):
        raise AssertionError("all keys were looked at")


class Joined(frozenset):
    """A set that counts how often it was joined with another one."""

    times: ClassVar[list[int]] = []

    def __or__(self, other):
        self.times.append(len(other))
        return super().__or__(other)


def test_path_of_mistake_needs_no_look_at_all_keys():
    states = Unlisted({"A": {}, "A/B": {"Retry": [{}]}})
    assert path_at({"States": states}, "/States/A/B/Retry/0/Nxt") == ["States", "A/B", "Retry", 0, "Nxt"]


def test_outer_states_are_joined_once_for_all_states():
    states = {name: {"Type": "Succeed"} for name in "ABC"}
    check_machine(Report(), {"StartAt": "A", "States": states}, "", outer=Joined())
    assert Joined.times == [3]


def test_missing_target_names_some_of_many_states():
    states = {f"S{number}": {"Type": "Succeed"} for number in range(30)}
    (found,) = (one for one in validate(machine({"Type": "Pass", "Next": "?"}, **states)) if "target: ?" in one.message)
    assert found.message.endswith("S17, S18 and 11 more")
