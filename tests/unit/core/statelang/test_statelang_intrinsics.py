"""Every intrinsic function, what it refuses, and the grammar of calls."""

from __future__ import annotations

import uuid

import pytest

from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.expressions.intrinsics import FUNCTIONS, IntrinsicUnreadable, intrinsic
from airflow_provider_media.core.statelang.expressions.view import View

VIEW = View(
    input={
        "name": "clip",
        "n": 2,
        "list": [1, 2, 2, "1", True],
        "o": {"Arg1": 1, "Arg2": []},
        "json": '{"a":1}',
        "null": None,
        "five": [1, 2, 3, 4, 5],
        "long": "x" * 6000,
        "deep": "[" * 100_000,
        "endless": float("inf"),
        "half": "\ud800",
        "same": [[1, {"a": 1}], [1, {"a": 1}], [1, {"a": 2}], {"a": 1}],
    },
    context={"Execution": {"Name": "job"}},
    variables={"rate": 25},
    seed="execution",
)

RESULTS = [
    ("States.Format('plain')", "plain"),
    ("States.Format('{} at {}', $.name, $rate)", "clip at 25"),
    ("States.Format('{}', $.o)", "{Arg1=1, Arg2=[]}"),
    ("States.Format('{} {} {}', null, true, 1.5)", "null true 1.5"),
    (r"States.Format('\{{}\} it\'s \\', $.n)", "{2} it's \\"),
    ("States.Format('{}', $$.Execution.Name)", "job"),
    ("States.StringToJson($.json)", {"a": 1}),
    ("States.StringToJson('')", None),
    ("States.Base64Encode($.half)", "Pw=="),
    ("States.StringToJson(' ')", None),
    ("States.JsonToString($.o)", '{"Arg1":1,"Arg2":[]}'),
    ("States.Array()", []),
    ("States.Array('a', 1, null, $.n)", ["a", 1, None, 2]),
    ("States.ArrayPartition($.five, 2)", [[1, 2], [3, 4], [5]]),
    ("States.ArrayPartition(States.Array(), 2)", []),
    ("States.ArrayContains($.five, 3)", True),
    ("States.ArrayContains($.five, '3')", False),
    ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
    ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
    ("States.ArrayGetItem($.five, 4)", 5),
    ("States.ArrayLength($.five)", 5),
    ("States.ArrayUnique($.list)", [1, 2, "1", True]),
    ("States.ArrayUnique($.same)", [[1, {"a": 1}], [1, {"a": 2}], {"a": 1}]),
    ("States.Format('{}', $.list)", "[1, 2, 2, 1, true]"),
    ("States.JsonToString($['name'])", '"clip"'),
    ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
    ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "Data to encode"),
    ("States.Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
    ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
    ("States.JsonMerge($.o, States.StringToJson($.json), false)", {"Arg1": 1, "Arg2": [], "a": 1}),
    ("States.MathAdd(1.49, 1.5)", 3),
    ("States.MathAdd(-0.5, 0.5)", 1),
    ("States.MathAdd(-1.5, 0)", -1),
    ("States.StringSplit('a.b,,c', '.,')", ["a", "b", "c"]),
    ("States.StringSplit(',,,', ',')", []),
    ("States.ArrayLength( States.ArrayRange( 1 , 3 , 1 ) ) ", 3),
    ("States.ArrayLength($.list[?(@ == 2)])", 2),
]


@pytest.mark.parametrize(("text", "expected"), RESULTS)
def test_a_call_gives_its_value(text, expected):
    assert intrinsic(text).evaluate(VIEW) == expected


def test_every_function_of_the_language_is_exercised_above():
    named = {name for name in FUNCTIONS for text, _ in RESULTS if f"States.{name}(" in text}
    assert FUNCTIONS.keys() - named == {"MathRandom", "UUID"}


def test_random_values_are_same_in_replay_and_differ_between_executions():
    other = View(input=VIEW.input, seed="another execution")
    for text in ("States.UUID()", "States.MathRandom(1, 1000000000)"):
        assert intrinsic(text).evaluate(VIEW) == intrinsic(text).evaluate(VIEW)
        assert intrinsic(text).evaluate(VIEW) != intrinsic(text).evaluate(other)
    assert uuid.UUID(intrinsic("States.UUID()").evaluate(VIEW)).version == 4


def test_a_seed_gives_the_same_number_in_all_executions():
    other = View(input={}, seed="another execution")
    assert intrinsic("States.MathRandom(1, 999, 7)").evaluate(VIEW) == intrinsic(
        "States.MathRandom(1, 999, 7)"
    ).evaluate(other)


@pytest.mark.parametrize(
    "text",
    [
        "States.Format('{} {}', $.name)",
        "States.StringToJson($.name)",
        "States.ArrayPartition($.five, 0)",
        "States.ArrayRange(1, 5, 0)",
        "States.ArrayRange(1, 5000, 1)",
        "States.ArrayGetItem($.five, 9)",
        "States.ArrayLength($.name)",
        "States.Base64Decode('***')",
        "States.Hash('x', 'CRC32')",
        "States.JsonMerge($.o, $.o, true)",
        "States.MathAdd($.name, 1)",
        "States.MathRandom(5, 5)",
        "States.StringToJson('[NaN]')",
        "States.StringToJson($.deep)",
        "States.MathAdd($.endless, 1)",
        "States.Base64Decode('é')",
        r"States.Format('a\n')",
        "States.Base64Encode(States.Format('{}{}', $.long, $.long))",
    ],
)
def test_refused_argument_is_intrinsic_failure_naming_call(text):
    with pytest.raises(StateError) as caught:
        intrinsic(text).evaluate(VIEW)
    assert caught.value.error == "States.IntrinsicFailure"
    assert str(caught.value.cause).startswith(f"The function '{text}' had the following error: ")


def test_a_missing_path_inside_a_call_is_a_runtime_error():
    with pytest.raises(StateError) as caught:
        intrinsic("States.Format('{}', $.x)").evaluate(View(input={"a": 1}))
    assert caught.value.error == "States.Runtime"
    assert "The JsonPath argument for the field '$.x' could not be found in the input '{\"a\":1}'" in str(
        caught.value.cause
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  States.UUID()",
        "States.UUID",
        "States.UUID() x",
        "States.Nonsense()",
        "States.UUID(1)",
        "States.Format(",
        "States.Format('a' 'b')",
        "States.Format(unquoted)",
        "States.MathAdd(1, '-1')",
        "States.Format('{}', $.)",
        "States.Array(" * 11 + ")" * 11,
    ],
)
def test_what_is_no_call_is_refused(text):
    with pytest.raises(IntrinsicUnreadable):
        intrinsic(text)
