"""``StringMatches`` takes the same time for every pattern, and says what a regular expression would say."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.statelang.expressions.choice.wildcards import matches_wildcards


def by_regular_expression(text: str, pattern: str) -> bool:
    pieces = re.split(r"(\\[*\\]|\*)", pattern)
    literal = {"*": ".*", "\\*": r"\*", "\\\\": r"\\"}
    return re.fullmatch("".join(literal.get(piece, re.escape(piece)) for piece in pieces), text, re.DOTALL) is not None


@pytest.mark.parametrize("pattern", ["*-*-*-*.mp4", "*" + "-*" * 300 + ".mp4", "*-*-*-*-*-*-*-*x"])
def test_string_matches_many_asterisks_is_linear(pattern: str) -> None:
    began = time.process_time()
    assert not matches_wildcards("-" * 600, pattern)
    assert not matches_wildcards("-" * 200_000, pattern)
    assert time.process_time() - began < 1


@given(st.text("ab*\\\n", max_size=9), st.text("ab*\\\n", max_size=7))
def test_string_matches_any_pattern_equals_regular_expression(text: str, pattern: str) -> None:
    assert matches_wildcards(text, pattern) == by_regular_expression(text, pattern)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("aa", "a*a*a", False),
        ("aba", "a*b*a", True),
        ("ab", "ab*", True),
        ("a", "a*a", False),
        ("a*b", r"a\*b", True),
        ("", "*", True),
    ],
)
def test_string_matches_overlapping_literals_do_not_share_characters(text: str, pattern: str, expected: bool) -> None:
    assert matches_wildcards(text, pattern) is expected
