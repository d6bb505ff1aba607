"""No value that a definition computes is larger than a payload may be, and none is built only to be refused."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_media.core.statelang import Execution, StateError, parse
from airflow_provider_media.core.statelang.engine.effects import Start
from airflow_provider_media.core.statelang.engine.one_state import after_result, effective_input, view_of
from airflow_provider_media.core.statelang.jsontext import fits, size
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES, VARIABLES_BYTES

LARGE = "x" * (PAYLOAD_BYTES - 10)
DOUBLED = {"one.$": "$", "two.$": "$"}


def doubled(levels: int) -> Any:
    """A value of few objects in memory whose text is twice as long with each level."""
    value: Any = "x"
    for _ in range(levels):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"Type": "Pass", "Parameters": DOUBLED}, "Parameters"),
        ({"Type": "Task", "Resource": "r:echo", "Parameters": DOUBLED}, "Parameters"),
        ({"Type": "Task", "Resource": "r:echo", "ResultSelector": DOUBLED, "ResultPath": None}, "ResultSelector"),
        ({"Type": "Pass", "Assign": DOUBLED}, "variables"),
        (
            {
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "Resource": "r:echo",
                "Arguments": ["{% $states.input %}"] * 2,
            },
            "Arguments",
        ),
    ],
)
def test_payload_larger_than_limit_ends_as_data_limit_exceeded(
    run: Callable[..., Execution], state: Any, place: str
) -> None:
    ended = run(state, LARGE)
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")
    assert place in str(ended.cause)


def test_payload_data_limit_exceeded_is_caught_by_name(run: Callable[..., Execution]) -> None:
    catch = [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Small"}]
    states = {
        "Large": {"Type": "Task", "Resource": "r:echo", "Parameters": DOUBLED, "Catch": catch, "End": True},
        "Small": {"Type": "Pass", "Result": 1, "End": True},
    }
    assert run({"StartAt": "Large", "States": states}, LARGE).output == 1


def test_variables_total_larger_than_limit_ends_as_data_limit_exceeded(run: Callable[..., Execution]) -> None:
    count = VARIABLES_BYTES // (PAYLOAD_BYTES - 100) + 1
    states: dict[str, Any] = {
        f"S{number}": {"Type": "Pass", "Assign": {f"v{number}.$": "$"}, "Next": f"S{number + 1}"}
        for number in range(count)
    }
    states[f"S{count}"] = {"Type": "Pass", "Result": "end", "End": True}
    assert run({"StartAt": "S0", "States": states}, "x" * 1000).output == "end"
    ended = run({"StartAt": "S0", "States": states}, "x" * (PAYLOAD_BYTES - 100))
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")


def test_variables_assigned_again_count_once(run: Callable[..., Execution]) -> None:
    states: dict[str, Any] = {
        f"S{number}": {"Type": "Pass", "Assign": {"v.$": "$"}, "Next": f"S{number + 1}"} for number in range(60)
    }
    states["S60"] = {"Type": "Pass", "End": True}
    assert run({"StartAt": "S0", "States": states}, "x" * (PAYLOAD_BYTES - 100)).status == "SUCCEEDED"


def test_intrinsic_nested_doubling_ends_without_memory(run: Callable[..., Execution]) -> None:
    call = "$"
    for _ in range(9):
        call = f"States.Array({', '.join([call] * 6)})" if len(call) < 5_000 else f"States.Array({call})"
    tracemalloc.start()
    ended = run({"Type": "Pass", "Parameters": {"text.$": f"States.JsonToString({call})"}}, "x" * 200_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")
    assert peak < 50_000_000


def test_fits_shared_values_counts_text_without_building_it() -> None:
    began = time.process_time()
    assert not fits(doubled(60), PAYLOAD_BYTES)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("value", ["ä" * 5, '"', [1, 2.5, None, True], {"a": {"b": []}}, [], {}, "\x00"])
def test_fits_any_value_agrees_with_size(value: Any) -> None:
    assert fits(value, size(value))
    assert not fits(value, size(value) - 1)


def test_native_task_payload_larger_than_limit_is_refused() -> None:
    state = parse(
        {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "r:echo", "Parameters": DOUBLED, "End": True}}}
    ).states["T"]
    start = Start(at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), input=LARGE, name="one")
    view = view_of(start, state, LARGE, at=start.at)
    with pytest.raises(StateError) as refused:
        effective_input(state, view)
    assert refused.value.error == "States.DataLimitExceeded"


def test_native_task_variables_larger_than_limit_are_refused() -> None:
    state = parse(
        {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "r:echo", "Assign": DOUBLED, "End": True}}}
    ).states["T"]
    start = Start(at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), input="", name="one")
    with pytest.raises(StateError) as refused:
        after_result(state, view_of(start, state, "", at=start.at), LARGE)
    assert refused.value.error == "States.DataLimitExceeded"
