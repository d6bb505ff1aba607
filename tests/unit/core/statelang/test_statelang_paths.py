"""Paths read as Jayway's library reads them; reference paths write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.expressions.paths import (
    PathMissing,
    PathUnreadable,
    compile_path,
    path_expression,
    reference_path,
)
from airflow_provider_media.core.statelang.expressions.view import View

CLIP = {
    "name": "a",
    "tracks": [{"kind": "video", "rate": 25}, {"kind": "audio"}, {"kind": "audio", "rate": 48}],
    "with space": 1,
    "state-name": 2,
    "nested": {"deep": {"kind": "box"}},
    "numbers": [3, 1, 2],
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", CLIP),
        ("$.name", "a"),
        ("$['with space']", 1),
        ('$["with space"]', 1),
        ("$.state-name", 2),
        ("$.tracks[0].kind", "video"),
        ("$.tracks[-1].rate", 48),
        ("$.tracks.[1].kind", "audio"),
        ("$.tracks[(@.length-1)].rate", 48),
        ("$.tracks['kind']['x']", PathMissing),
        ("$.missing", PathMissing),
        ("$.name.length()", 1),
        ("$.tracks.length()", 3),
        ("$.nested.keys()", ["deep"]),
        ("$.tracks['kind','rate']", PathMissing),
        ("$.name.avg()", PathMissing),
        ("$.tracks.keys()", PathMissing),
        ("$.numbers.min()", 1),
        ("$.numbers.max()", 3),
        ("$.numbers.sum()", 6),
        ("$.numbers.avg()", 2),
        ("$['name','state-name']", {"name": "a", "state-name": 2}),
    ],
)
def test_a_definite_path_gives_the_value_or_is_missing(path, expected):
    if expected is PathMissing:
        with pytest.raises(PathMissing):
            compile_path(path).find(CLIP)
    else:
        assert compile_path(path).find(CLIP) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.tracks[*].kind", ["video", "audio", "audio"]),
        ("$.tracks[0:2].kind", ["video", "audio"]),
        ("$.tracks[::2].kind", ["video", "audio"]),
        ("$.numbers[0,2]", [3, 2]),
        ("$..kind", ["video", "audio", "audio", "box"]),
        ("$.nested.*", [{"kind": "box"}]),
        ("$.tracks[?(@.rate == 25)].kind", ["video"]),
        ("$.tracks[?(@.rate && @.kind == 'audio')].rate", [48]),
        ("$.tracks[?(@.kind =~ /AUD.*/i)].rate", [48]),
        ("$.nested[?(@.kind == 'box')]", []),
        ("$.nested.deep[?(@.kind == 'box')].kind", ["box"]),
        ("$.missing[*]", []),
        ("$.missing.parent[1:5].kind", []),
        ("$.name[*]", []),
        ("$.name[0:1]", []),
        ("$.name[?(@.x)]", []),
    ],
)
def test_an_indefinite_path_always_gives_an_array(path, expected):
    assert compile_path(path).find(CLIP) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "$.",
        "$...x",
        "$.a[",
        "$.a[x]",
        "$.a['b'",
        "$.a b",
        "$.f()",
        "$23",
        "$.a['b',c]",
        "$['a' 'b']",
        "bug$.x",
    ],
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(PathUnreadable):
        compile_path(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$.no.such", "Invalid path '$.no.such' : Missing property in path $['no']"),
        ("$.tracks[9]", "Invalid path '$.tracks[9]' : No results for path: $['tracks'][9]"),
        ("$.name.x", "Invalid path '$.name.x' : No results for path: $['name']['x']"),
        ("$nowhere", "Invalid path '$nowhere' : The variable '$nowhere' has not been assigned a value"),
        ("$.tracks[?(@.kind == box)]", "Invalid path '$.tracks[?(@.kind == box)]' : the filter cannot be evaluated"),
    ],
)
def test_path_leading_nowhere_is_runtime_error_saying_where_it_ended(text, message):
    with pytest.raises(StateError) as caught:
        path_expression(text).evaluate(View(input=CLIP))
    assert caught.value.error == "States.Runtime"
    assert str(caught.value.cause).startswith(message)


def test_a_path_starts_from_input_context_or_variable():
    view = View(input={"x": 1}, context={"x": 2}, variables={"v": {"x": 3}})
    found = [path_expression(text).evaluate(view) for text in ("$.x", "$$.x", "$v.x", "$v", "$.x ")]
    assert found == [1, 2, 3, {"x": 3}, 1]


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ({"a": 1}, "$", "new"),
        ({"a": 1}, "$.b", {"a": 1, "b": "new"}),
        ({"a": 1}, "$.b.c", {"a": 1, "b": {"c": "new"}}),
        ({"a": [1, 2]}, "$.a[1]", {"a": [1, "new"]}),
        ({"a": {"x": 1}}, "$['a']['y']", {"a": {"x": 1, "y": "new"}}),
        ({"a": None}, "$.a.b", {"a": {"b": "new"}}),
    ],
)
def test_a_reference_path_writes_into_a_copy(root, path, expected):
    before = repr(root)
    assert reference_path(path).put(root, "new") == expected
    assert repr(root) == before


@pytest.mark.parametrize(("root", "path"), [([1], "$.a"), (1, "$.a"), ({"a": [1]}, "$.a[3]"), ({"a": "text"}, "$.a.b")])
def test_place_that_cannot_exist_is_result_path_match_failure(root, path):
    with pytest.raises(StateError) as caught:
        reference_path(path).put(root, 1)
    assert caught.value.error == "States.ResultPathMatchFailure"


@pytest.mark.parametrize("text", ["$.a[*]", "$..a", "$.a[1:2]", "$.a[?(@.b)]", "$$.a"])
def test_a_result_goes_to_names_and_indices_only(text):
    with pytest.raises(PathUnreadable):
        reference_path(text)


@given(
    st.dictionaries(st.text(min_size=1), st.integers()),
    st.lists(st.text(alphabet="abc", min_size=1), min_size=1, max_size=4),
    st.integers(),
)
def test_what_was_written_can_be_read_back(root, names, value):
    clean = {key: item for key, item in root.items() if key not in names}
    path = "$" + "".join(f"['{name}']" for name in names)
    assert compile_path(path).find(reference_path(path).put(clean, value)) == value
