"""Two executions are compared by the visits of their states, and values by their parts."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.statelang.engine.execution_differences import (
    MOST_CHANGES,
    value_changes,
    visit_differences,
)
from airflow_provider_media.core.statelang.engine.visits import StateVisit

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def visit(state="Encode", /, status="succeeded", **more):
    return StateVisit(state=state, status=status, entered=more.pop("entered", AT), **more)


def told(first, second):
    return [
        (one.visit.state, one.visit.place, one.number, one.kind, one.fields) for one in visit_differences(first, second)
    ]


def test_same_visits_at_other_times_have_no_difference():
    first = [visit(input={"a": 1}), visit("Publish")]
    second = [visit(input={"a": 1}, entered=AT + dt.timedelta(hours=1)), visit("Publish")]
    assert told(first, second) == []


def test_visit_with_another_status_and_output_names_both_fields():
    first, second = [visit(output={"n": 1})], [visit(status="failed", output=None, error="Bad")]
    assert told(first, second) == [("Encode", "", 1, "changed", ("status", "output", "error"))]


def test_visits_of_one_execution_alone_are_named():
    first, second = [visit("A"), visit("B")], [visit("A"), visit("C")]
    assert told(first, second) == [("B", "", 1, "only_first", ()), ("C", "", 1, "only_second", ())]


def test_visits_are_paired_by_iteration_and_number():
    first = [visit(place="[0]", input=1), visit(place="[1]", input=2), visit(place="[1]", input=3)]
    second = [visit(place="[1]", input=2), visit(place="[0]", input=1), visit(place="[1]", input=4)]
    assert told(first, second) == [("Encode", "[1]", 2, "changed", ("input",))]


@pytest.mark.parametrize(
    ("first", "second", "changes"),
    [
        (1, 1, []),
        (1, 1.0, []),
        (1, True, [("", "changed", 1, True)]),
        ([], {}, [("", "changed", [], {})]),
        (None, 0, [("", "changed", None, 0)]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3, 4]}}, [("/a/b/1", "changed", 2, 3), ("/a/b/2", "added", None, 4)]),
        ({"a": None}, {}, [("/a", "removed", None, None)]),
        ({"a/b~c": 1}, {"a/b~c": 2}, [("/a~1b~0c", "changed", 1, 2)]),
    ],
)
def test_value_changes_have_pointers_to_the_parts(first, second, changes):
    assert [(one.path, one.kind, one.first, one.second) for one in value_changes(first, second)] == changes


def test_value_changes_are_bounded_in_number_and_take_any_depth():
    assert len(value_changes([0] * 1000, [1] * 1000)) == MOST_CHANGES
    first, second = 0, 1
    for _ in range(5000):
        first, second = [first], [second]
    (change,) = value_changes(first, second)
    assert (change.first, change.second) == (0, 1)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(first=JSON_VALUES, second=JSON_VALUES)
def test_value_has_no_changes_exactly_when_equal(first, second):
    assert value_changes(first, copy.deepcopy(first)) == ()
    assert (value_changes(first, second) == ()) == (
        repr(first) == repr(second) or _as_sorted(first) == _as_sorted(second)
    )


def _as_sorted(value):
    import json

    return json.dumps(value, sort_keys=True)
