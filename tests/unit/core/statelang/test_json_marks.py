"""Each value of a definition has its place in the text."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.statelang.json_marks import offsets_of
from airflow_provider_media.core.statelang.parsing.files import examine_text

TEXT = """{
  "StartAt": "a/b",
  "States": {
    "a/b": {"Type": "Pass", "Retry": [1, {"x": "}, \\" ,"}], "End": true},
    "S": {"Type": "Wait", "Seconds": 1}
  }
}"""


def test_offsets_of_entries_are_those_of_their_keys_and_items():
    offsets = offsets_of(TEXT)
    assert offsets["/"] == 0
    assert TEXT[offsets["/States/a/b"] :].startswith('"a/b": {')
    assert TEXT[offsets["/States/a/b/Retry/0"] :].startswith("1, {")
    assert TEXT[offsets["/States/a/b/Retry/1/x"] :].startswith('"x": ')
    assert TEXT[offsets["/States/S/Seconds"] :].startswith('"Seconds": 1}')


def test_offset_of_key_given_twice_is_that_of_second():
    assert offsets_of('{"a": 1, "a": 2}') == {"/": 0, "/a": 9}


def test_missing_field_has_place_of_object_lacking_it():
    (one,) = examine_text(TEXT.replace('"Type": "Wait", ', ""), "m.json").diagnostics[:1]
    assert str(one).startswith("m.json:")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text().filter(lambda key: "/" not in key), inner, max_size=4)
    ),
    max_leaves=20,
)


def located(value, location=""):
    yield location or "/", value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from located(item, f"{location}/{key}")


@given(json_values, st.sampled_from([None, 1, 4]), st.booleans())
def test_offsets_exist_for_every_value_and_nothing_else(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert set(offsets_of(text)) == {location for location, _ in located(value)}
