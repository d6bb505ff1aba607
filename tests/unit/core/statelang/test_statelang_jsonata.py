"""Both JSONata engines give the same, and tell undefined from null."""

from __future__ import annotations

import datetime as dt
import importlib.util
import random

import pytest

from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataUnreadable, engines, expression_in, jsonata
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SOURCE = random.Random(1)
INPUT = {"a": 1, "nothing": None, "clips": [{"s": 1}, {"s": 2}], "text": "x"}
ENGINES = [
    pytest.param(
        engines.FastProgram, marks=pytest.mark.skipif(not importlib.util.find_spec("jlens"), reason="jlens is an extra")
    ),
    engines.PureProgram,
]
EXPRESSIONS = [
    ("$states.input.a + 1", 2),
    ("null", None),
    ("$states.input.nothing", None),
    ("$states.input.missing", ABSENT),
    ("$nobody", ABSENT),
    ("$states.input.clips[s=2]", {"s": 2}),
    ("$sum($states.input.clips.s)", 3),
    ("$states.input.clips[0].s[]", [1]),
    ("$v := 5", 5),
    ("2.0", 2),
    ("[]", []),
    ("$now()", "2026-01-01T00:00:00.000Z"),
    ("$millis()", 1767225600000),
    ("$range(1, 9, 4)", [1, 5, 9]),
    ("$range(1, 9, 9)", 1),
    ("$range(1, 0, 1)", []),
    ("$range(0, 1, -1)", []),
    ("$range(3, 1, -1)", [3, 2, 1]),
    ("$partition([1,2,3], 2)", [[1, 2], [3]]),
    ("$hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
    ("$parse('{\"a\": [1]}')", {"a": [1]}),
    ("$parse('null')", None),
    ("$parse('[]')", []),
    ("[$parse('1'), $parse('[2]')]", [1, 2]),
    ("7.5 % 2", 1.5),
    ("-7 % 3", -1),
    ("1 in [true]", False),
    ("'a' in ['a', 1]", True),
    ("2 in 2", True),
    ("$nobody in [1]", False),
    ("$distinct([1, 1])", [1]),
    ("$distinct([1, true, 1])", [1, True]),
    ("$distinct($states.input.clips.text)", ABSENT),
    ("$distinct($append($states.input.clips, $states.input.clips).(s > 0))", True),
    ("$random(3) = $random(3)", True),
    ("$length($uuid())", 36),
    ("$random() < 1", True),
    ("function($x) { $x }", ABSENT),
    ("$string(null)", "null"),
    ("$partition($nobody, 2)", ABSENT),
    ("$partition(7, 2)", [[7]]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS)
def test_an_expression_has_the_same_value_in_each_engine(engine, source, expected):
    found = engine(source).run({"states": {"input": INPUT}}, now=NOW, source=SOURCE)
    assert found == expected
    assert isinstance(found, bool) is isinstance(expected, bool)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "source",
    [
        "1 + 'a'",
        "1 / 0",
        "$number('x')",
        "$range(0, 1e9, 1)",
        "$parse('nonsense')",
        "$partition([1], 0)",
        "$range(1, 2, 0)",
        "$hash('x', 'CRC32')",
    ],
)
def test_an_expression_that_fails_says_so(engine, source):
    with pytest.raises(engines.EvaluationFailed):
        engine(source).run({"states": {}}, now=NOW, source=SOURCE)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_expression_that_cannot_be_read_says_so(engine):
    with pytest.raises(engines.EvaluationFailed):
        engine("$sum(")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("{% 1 %}", "1"),
        ("{%1%}", "1"),
        ("{% a\n b %}", "a\n b"),
        ("1", None),
        (" {% 1 %}", None),
        ("{% 1 %", None),
        (7, None),
    ],
)
def test_marks_must_enclose_the_whole_text(text, source):
    assert expression_in(text) == source


def test_eval_is_not_offered():
    with pytest.raises(JsonataUnreadable, match=r"\$parse"):
        jsonata("$eval('1')")


def test_undefined_is_an_error_that_names_expression_and_field():
    with pytest.raises(StateError) as caught:
        jsonata("$x").evaluate(View(input={}), "Output/a")
    assert caught.value.error == "States.QueryEvaluationError"
    assert (
        caught.value.cause
        == "The JSONata expression '$x' specified for the field 'Output/a' returned nothing (undefined)."
    )


def test_value_of_wrong_type_is_error_showing_it():
    with pytest.raises(StateError) as caught:
        jsonata("'x'").expect(View(input={}), "Items", "array")
    assert str(caught.value.cause).endswith(
        "returned an unexpected result type. Expected 'array', but was 'string' for value: \"x\""
    )
