"""Regular expressions of tenants take linear time, and match what Python's own match."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.statelang.expressions import regexes
from airflow_provider_media.core.statelang.expressions.paths.jsonpath import PathMissing, compile_path
from airflow_provider_media.core.statelang.expressions.regexes import (
    PatternUnreadable,
    ReplacementTooLong,
    compile_pattern,
)

CATASTROPHES = [
    r"(a+)+$b",
    r"(a|a)*b",
    r"(a*)*b",
    r"a*a*a*a*a*a*b",
    r"(.*)(.*)(.*)(.*)x",
    r"(a|aa)+$b",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
]
atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\b", "^", "$", "1", " ", "A", r"\s", r"[a-c1]"])
patterns = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("text", CATASTROPHES)
def test_regex_catastrophic_pattern_ends_in_time(text: str) -> None:
    began = time.process_time()
    assert compile_pattern(text).search("a" * 5_000) is None
    assert compile_pattern(text).fullmatch("a" * 5_000) is None
    assert time.process_time() - began < 5


def test_regex_costly_match_ends_in_time() -> None:
    began = time.process_time()
    assert compile_pattern("(a{0,400}){0,2}b").search("a" * 100_000) is None
    assert time.process_time() - began < 5


def test_regex_nested_deeply_is_matched() -> None:
    assert compile_pattern("(" * 3000 + ")" * 3000).fullmatch("")


def test_regex_replacement_that_grows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regexes, "TEXT_CHARACTERS", 1000)
    with pytest.raises(ReplacementTooLong, match="longer than 1000 characters"):
        compile_pattern("a").sub("b" * 30, "a" * 40)


def test_regex_finds_beside_half_a_surrogate_pair() -> None:
    assert compile_pattern("b+").search("\ud800a\U0001f600bb").span() == (3, 5)


def test_regex_missing_group_is_told_as_python_does() -> None:
    with pytest.raises(re.error, match="invalid group reference 7"):
        compile_pattern("(a)").sub("\\g<7>", "a")


@settings(max_examples=600, deadline=None)
@given(patterns, st.text("ab1 A\n", max_size=8), st.sampled_from([0, re.IGNORECASE, re.MULTILINE]))
def test_regex_any_pattern_matches_as_python(text: str, subject: str, flags: int) -> None:
    # RE2's $ is JavaScript's: without m it is the very end alone.
    end = "$" if flags == re.MULTILINE else r"\Z"
    ours, theirs = compile_pattern(text, flags), re.compile(text.replace("$", end), flags)
    one, other = ours.search(subject), theirs.search(subject)
    # Where an empty repetition stands inside another one, linear engines and backtracking ones end it at different
    # places.
    assert (one and one.start()) == (other and other.start())
    assert bool(ours.fullmatch(subject)) == bool(theirs.fullmatch(subject))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (r"(\w+) (\w+)", "John Smith, Ann Lee"),
        (r"a*", "baac"),
        (r"\b", "ab cd"),
        (r"(a)|(b)", "abab"),
        (r"[,;]\s*", "a, b;c"),
        ("", "ab"),
        (r"a+?b*?", "aab"),
        (r"(?i)A{2,3}", "aaaaa"),
    ],
)
def test_regex_matches_groups_pieces_and_replacements_as_python(text: str, subject: str) -> None:
    ours, theirs = compile_pattern(text), re.compile(text)
    assert [(m.group(), m.start(), m.groups()) for m in ours.finditer(subject)] == [
        (m.group(), m.start(), m.groups()) for m in theirs.finditer(subject)
    ]
    assert ours.split(subject) == theirs.split(subject)
    assert ours.sub("<\\g<0>>", subject) == theirs.sub("<\\g<0>>", subject)
    assert ours.sub(lambda m: m.group().upper(), subject, 1) == theirs.sub(lambda m: m.group().upper(), subject, 1)


@pytest.mark.parametrize("text", [r"(a)\1", "(?=a)b", "(?<!a)b", "(?>a)b", "(", "*", "a{1,100000}", "a\ud800"])
def test_regex_unreadable_or_not_linear_is_refused(text: str) -> None:
    with pytest.raises(PatternUnreadable, match="regular expression"):
        compile_pattern(text)


def test_filter_of_many_items_ends_in_time() -> None:
    items = [{"a": "a" * 300} for _ in range(800)]
    began = time.process_time()
    assert compile_path("$[?(@.a =~ /(a|aa)*(a|aa)*(a|aa)*b/)]").find(items) == []
    assert time.process_time() - began < 5


@pytest.mark.parametrize("condition", ["@.a =~ /(a+)+b/i", "match(@.a, '(a+)+b')", "search(@.a, '(a+)+b')"])
def test_filter_catastrophic_pattern_ends_in_time(condition: str) -> None:
    began = time.process_time()
    assert compile_path(f"$[?({condition})]").find([{"a": "a" * 2000}, {"a": "aab"}]) == [{"a": "aab"}]
    assert time.process_time() - began < 5


def test_path_multiplying_values_ends_as_missing() -> None:
    value: object = [1] * 50
    for _ in range(90):
        value = [value, 1]
    with pytest.raises(PathMissing, match="more than"):
        compile_path("$..*..*..*..*").find(value)
