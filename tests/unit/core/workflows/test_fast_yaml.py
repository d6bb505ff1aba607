"""libyaml and ruamel.yaml read the same from what libyaml is allowed to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.document import MAX_DEPTH, MAX_NODES, read_exactly, read_yaml
from airflow_provider_media.core.workflows.fast_yaml import read_plain
from airflow_provider_media.core.workflows.node import YamlNode

ROOT = Path(__file__).parents[4]
SHIPPED = sorted([*ROOT.glob("include/*/*.yaml"), *ROOT.glob("provider/src/**/presets/*.yaml")])
WORDS = (
    *(
        "yes",
        "no",
        "on",
        "off",
        "y",
        "true",
        "True",
        "tRUE",
        "null",
        "~",
        "Null",
        "=",
        "<<",
        "<",
        "0",
        "-0",
        "+1",
        "007",
        "0o7",
        "0x1F",
        "0b1",
    ),
    *(
        "1_000",
        "1.5",
        "-1.5",
        "1.",
        ".5",
        "1e3",
        "1.5e-3",
        "+.inf",
        ".NaN",
        "-",
        "--",
        "---",
        "...",
        "1:30",
        "12:30:45",
        "00:00:05",
        "10%",
    ),
    *(
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "5s",
        "720p",
        "1080",
        "s3://bucket/a?b=c",
        "{input_name}_{output}.{format}",
        "#x",
        "a #b",
        "a#b",
    ),
    *(
        "'it''s'",
        '"a b"',
        '"\\u00e9"',
        "'a: b'",
        "é",
        "日本",
        "😀",
        "&a 1",
        "*a",
        "!x 1",
        "!!str 1",
        "| \n",
        ">\n",
        "a:b",
        "a: b",
        "?",
        "? a",
        ":",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        ",",
        "%x",
        "@daily",
        "`x`",
        "\t",
        "0 3 * * *",
        "'@daily'",
        "1__0",
        "_1",
        "0_",
        "9" * 30,
        "1" * 19 + ".5",
        "",
        "\ufeff",
    ),
)
PIECES = (
    *WORDS,
    *(
        "a: ",
        "b: ",
        "c:\n",
        "- ",
        "  ",
        "\n",
        "\n  ",
        "\n- ",
        "\n    ",
        ": ",
        ", ",
        "# x\n",
        "\r\n",
        "\x85",
        "\u2028",
        "\u00a0",
        "|-\n  x\n",
    ),
)


@st.composite
def flow_documents(draw):
    values = st.recursive(
        st.sampled_from(WORDS),
        lambda inner: (
            st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
            | st.lists(st.tuples(st.sampled_from(WORDS), inner), max_size=4).map(
                lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
            )
        ),
        max_leaves=8,
    )
    return "\n".join(
        f"{key}: {value}"
        for key, value in draw(st.lists(st.tuples(st.sampled_from(WORDS), values), min_size=1, max_size=5))
    )


def quickly(text: str) -> YamlNode | None:
    return read_plain(text, "f.yaml", max_nodes=MAX_NODES, max_depth=MAX_DEPTH)


def shown(node: YamlNode) -> str:
    """The node with the type of each value: 1, 1.0 and True are equal in Python."""
    return repr(node)


def assert_same_or_unsure(text: str) -> None:
    found = quickly(text)
    if found is not None:
        assert shown(found) == shown(read_exactly(text, "f.yaml"))


@settings(max_examples=600, deadline=None)
@given(flow_documents() | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_fast_yaml_any_text_reads_as_exact_yaml_or_none(text):
    assert_same_or_unsure(text)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_fast_yaml_randomly_edited_shipped_file_reads_as_exact_yaml(data):
    text = data.draw(st.sampled_from(SHIPPED)).read_text()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 3)))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    assert_same_or_unsure(text)


@pytest.mark.parametrize("word", WORDS)
def test_fast_yaml_single_word_reads_as_exact_yaml_or_none(word):
    for text in (
        f"a: {word}\n",
        f"- {word}\n",
        f"{word}: 1\n",
        f"a: [{word}]\n",
        f"a: {{b: {word}}}\n",
        f"a: {{{word}: 1}}\n",
    ):
        assert_same_or_unsure(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_fast_yaml_reads_every_shipped_file_with_the_same_marks(path):
    text = path.read_text()
    found = quickly(text)
    assert found is not None
    assert shown(found) == shown(read_exactly(text, "f.yaml"))


def test_fast_yaml_leaves_excess_nesting_and_count_to_exact_yaml():
    for text in ("[" * 100_000, "[" * 40 + "]" * 40, "a: [" + "x, " * MAX_NODES + "]"):
        assert quickly(text) is None
    with pytest.raises(WorkflowInvalid, match="more than 32 levels"):
        read_yaml("[" * 40 + "]" * 40)


def test_read_yaml_without_libyaml_still_reads(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert quickly("a: 1\n") is None
    assert read_yaml("a: 1\n").plain() == {"a": 1}
