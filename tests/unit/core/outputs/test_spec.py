"""Path templates hold known variables alone and cannot leave their location."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.outputs.spec import TEMPLATE_VARIABLES, check_template

parts = st.sampled_from(
    ["a", ".", "..", "/", "//", "{input_name}", "{nope}", "\\", "{", "}", "{{", "\n", "{number:3}", "{format!r}"]
)


@pytest.mark.parametrize(
    "template", ["{input_dir}{input_name}_{output}_{number}.{format}", "a/b..c/.hidden", "ü/{job_id}", "{input_name}/"]
)
def test_a_template_of_known_variables_passes(template):
    assert check_template(template) == template


@pytest.mark.parametrize("variable", TEMPLATE_VARIABLES)
def test_every_variable_is_told_to_people_and_may_be_used(variable):
    assert TEMPLATE_VARIABLES[variable]
    assert check_template(f"x{{{variable}}}")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{inputname}.mp4", "Did you mean {input_name}?"),
        ("{}.mp4", "{} is not a variable"),
        ("{input_name.__class__}", "{input_name.__class__} is not a variable"),
        ("{number:03d}", "{number} is written without : and !"),
        ("{input_name", "a brace without its partner"),
        ("/a", "begins with /"),
        ("a//b", "an empty folder"),
        ("a/../b", "an empty folder, . or .."),
        ("./a", "an empty folder, . or .."),
        ("", "is empty"),
        ("a\\b", "a backslash"),
        ("a\x00", "a control character"),
    ],
)
def test_any_other_template_is_refused_with_its_reason(template, expected):
    with pytest.raises(ValueError, match=re.escape(expected)):
        check_template(template)


@given(st.lists(parts, max_size=8).map("".join))
def test_what_passes_renders_to_a_key_below_its_location(template):
    try:
        check_template(template)
    except ValueError:
        return
    key = template.format_map(dict.fromkeys(TEMPLATE_VARIABLES, "x")).removesuffix("/")
    assert not {"", ".", ".."} & set(key.split("/"))
