"""A definition that is no fair JSON ends as diagnostics with code and place, never as a traceback."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang import DefinitionInvalid, Execution, parse, validate
from airflow_provider_media.core.statelang.definition.retry import Retrier
from airflow_provider_media.core.statelang.limits import RETRY_DELAY_SECONDS
from airflow_provider_media.core.statelang.parsing.files import examine_file, load_definition

DIGITS = "9" * 5000
ONE = '{"StartAt": "S", "States": {"S": {"Type": "Pass", %s "End": true}}}'


def nested(levels: int) -> str:
    return (
        '{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": '
        + "[" * levels
        + "]" * levels
        + ', "End": true}}}'
    )


def parallel(levels: int) -> dict[str, Any]:
    machine: dict[str, Any] = {"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True}}}
    for number in range(levels):
        name = f"P{number}"
        machine = {"StartAt": name, "States": {name: {"Type": "Parallel", "Branches": [machine], "End": True}}}
    return machine


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (nested(330), "NESTING_TOO_DEEP", "/States/S/Result/0/0"),
        (nested(100_000), "NESTING_TOO_DEEP", "/"),
        (json.dumps(parallel(110)), "NESTING_TOO_DEEP", "/States/P109/Branches/0"),
        (ONE % f'"Result": {"9" * 5000},', "NUMBER_OUT_OF_RANGE", "/States/S/Result"),
        (ONE % f'"Result": {"9" * 310},', "NUMBER_OUT_OF_RANGE", "/States/S/Result"),
        (ONE % '"Result": [1e999],', "NUMBER_OUT_OF_RANGE", "/States/S/Result/0"),
        (ONE % '"Result": NaN,', "NUMBER_OUT_OF_RANGE", "/States/S/Result"),
        (ONE % '"Result": {"a": -Infinity},', "NUMBER_OUT_OF_RANGE", "/States/S/Result/a"),
        (ONE % '"Comment": "a", "Comment": "b",', "DUPLICATE_FIELD_NAME", "/States/S/Comment"),
        ('{"States": {}, "States": {}}', "DUPLICATE_FIELD_NAME", "/States"),
        (ONE % ('"Comment": "' + "x" * 1_100_000 + '",'), "DEFINITION_TOO_LARGE", "/"),
        ("{", "INVALID_JSON_DESCRIPTION", "line 1, column 2"),
    ],
    ids=range(12),
)
def test_definition_beyond_bounds_ends_as_diagnostic(text: str, code: str, place: str, tmp_path: Path) -> None:
    found = validate(text)
    assert code in {one.rule for one in found}
    assert (found[0].field or str(found[0].mark)).startswith(place)
    path = tmp_path / "machine.json"
    path.write_text(text)
    diagnostics = examine_file(path).diagnostics
    assert [(one.rule, one.field) for one in diagnostics] == [(one.rule, one.field) for one in found]
    assert all(one.mark.file == str(path) and one.mark.line == 1 for one in diagnostics)
    with pytest.raises(StateMachineInvalid, match=r"machine\.json:1:"):
        load_definition(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"Parameters": {"a.$": f"States.MathAdd({DIGITS}, 1)"}},
        {"Parameters": {"a.$": "States.MathAdd(1e999, 1)"}},
        {"Parameters": {"a.$": "States.Array(" * 3000 + ")" * 3000}},
        {"InputPath": f"$[{DIGITS}]"},
        {"InputPath": f"$[{DIGITS}:]"},
        {"InputPath": f"$[(@.length-{DIGITS})]"},
        {"ResultPath": f"$.a[{DIGITS}]"},
        {"QueryLanguage": "JSONata", "Output": f"{{% {DIGITS} %}}"},
        {"QueryLanguage": "JSONata", "Output": "{% " + "(" * 3000 + "1" + ")" * 3000 + " %}"},
    ],
    ids=range(9),
)
def test_expression_beyond_bounds_ends_as_diagnostic(fields: dict[str, Any]) -> None:
    machine = {"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True, **fields}}}
    place = "/States/S/" + next(key for key in reversed(fields))
    assert [one.field.removesuffix("/a.$") for one in validate(machine)] == [place]
    with pytest.raises(DefinitionInvalid):
        parse(machine)


@pytest.mark.parametrize("text", ["NaN", "[1e999]", "-Infinity", "[" * 100_000, "9" * 5000])
def test_json_text_beyond_bounds_is_refused_by_every_reader(text: str, run: Callable[..., Execution]) -> None:
    intrinsic = run({"Type": "Pass", "Parameters": {"a.$": "States.StringToJson($)"}}, text)
    assert intrinsic.error == "States.IntrinsicFailure"
    jsonata = run({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $parse($states.input) %}"}, text)
    assert jsonata.error == "States.QueryEvaluationError"


def test_format_many_large_arguments_end_without_memory(run: Callable[..., Execution]) -> None:
    call = f"States.Format('{'{}' * 5000}', {','.join(['$'] * 5000)})"
    ended = run({"Type": "Pass", "Parameters": {"a.$": call}}, "x" * 200_000)
    assert ended.error == "States.IntrinsicFailure"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, json.loads("[" * 300 + "]" * 300)])
def test_definition_object_beyond_bounds_is_refused_by_both_readers(value: Any) -> None:
    machine = {"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": value, "End": True}}}
    assert [one.severity for one in validate(machine)] == ["error"]
    with pytest.raises(DefinitionInvalid) as refused:
        parse(machine)
    assert refused.value.location.startswith("/States/S/Result")


@pytest.mark.parametrize(
    "retry",
    [
        {"BackoffRate": 1e308},
        {"IntervalSeconds": 10**300},
        {"MaxDelaySeconds": 1e300},
        {"MaxDelaySeconds": "1"},
        {"BackoffRate": "2"},
    ],
)
def test_retry_overflowing_numbers_end_as_diagnostic(retry: dict[str, Any]) -> None:
    entry = {"ErrorEquals": ["States.ALL"], **retry}
    machine = {"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "a:b", "Retry": [entry], "End": True}}}
    assert [one.field for one in validate(machine)] == [f"/States/S/Retry/0/{next(iter(retry))}"]


def test_retry_delay_after_many_retries_stays_finite() -> None:
    source = random.Random(1)
    assert Retrier(errors=("States.ALL",)).delay(100_000, source) == RETRY_DELAY_SECONDS
    assert (
        Retrier(errors=("States.ALL",), interval_seconds=99_999_999, backoff_rate=RETRY_DELAY_SECONDS).delay(50, source)
        <= RETRY_DELAY_SECONDS
    )
    assert Retrier(errors=("States.ALL",), max_delay_seconds=60).delay(100_000, source) == 60


def test_machine_timeout_seconds_of_wrong_type_is_refused() -> None:
    for seconds in ("1", -1, 1e300, True):
        with pytest.raises(DefinitionInvalid, match="TimeoutSeconds"):
            parse({"StartAt": "S", "TimeoutSeconds": seconds, "States": {"S": {"Type": "Succeed"}}})


@pytest.mark.parametrize("value", [json.loads("[" * 900 + "]" * 900), {"n": 10**400}, {"n": float("nan")}])
def test_input_beyond_bounds_ends_as_execution_failure_or_result(run: Callable[..., Execution], value: Any) -> None:
    for state in (
        {"Type": "Pass", "Parameters": {"a.$": "$"}},
        {"Type": "Wait", "SecondsPath": "$.n"},
        {"Type": "Pass"},
    ):
        assert run(state, value, express=True).status in {"SUCCEEDED", "FAILED"}
