"""YAML is read with places, and nothing in it can harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.document import MAX_BYTES, read_file, read_yaml
from airflow_provider_media.core.workflows.node import from_plain


def test_every_entry_and_item_knows_where_it_begins():
    tree = read_yaml("a:\n  b: [1, two]\nc: {d: x}\n", "f.yaml")
    assert str(tree.nearest(("a", "b")).mark) == "f.yaml:2:3"
    assert str(tree.nearest(("a", "b", 1)).mark) == "f.yaml:2:10"
    assert str(tree.nearest(("c", "d")).mark) == "f.yaml:3:5"


def test_nearest_of_missing_path_is_last_existing_part():
    tree = read_yaml("a:\n  b: 1\n")
    assert tree.nearest(("a", "missing", "deeper")) == tree.nearest(("a",))


def test_values_are_those_of_yaml_1_2():
    text = "a: yes\nb: 00:01:02\nc: 10%\nd: 3\ne: 2.5\nf: ~\ng: true\nh: 2026-01-01\n720: x\n"
    assert read_yaml(text).plain() == {
        "a": "yes",
        "b": "00:01:02",
        "c": "10%",
        "d": 3,
        "e": 2.5,
        "f": None,
        "g": True,
        "h": "2026-01-01",
        "720": "x",
    }


def test_plain_data_and_back_is_the_same():
    data = {"a": [1, {"b": None}], "c": "x"}
    assert from_plain(data).plain() == data


def test_an_alias_stands_for_its_anchor():
    assert read_yaml("a: &sizes {w: 1}\nb: *sizes\n").plain() == {"a": {"w": 1}, "b": {"w": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: a: is given twice, first in line 1"),
        ("o:\n  a: {x: 1, x: 2}\n", "f.yaml:2:13: o.a.x: is given twice, first in line 2"),
        ("a: [1,\n", "f.yaml:2:1: not YAML"),
        ("a: 1\n\tb: 2\n", "f.yaml:2:1: not YAML: found character '\\t'"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: not YAML"),
        ("a: *nobody\n", "f.yaml:1:4: not YAML: found undefined alias 'nobody'"),
        ("a: !!python/object:os.system x\n", "f.yaml:1:4: a: the tag"),
        ("a: !secret x\n", "f.yaml:1:4: a: the tag !secret is not read"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "f.yaml:2:5: c: '<<' is not read: put shared fields into a preset"),
        ("? [a]\n: 1\n", "f.yaml:1:3: a key must be one word"),
        ("a: &x [*x]\n", "holds more than 32 levels"),
        ("[\n" * 2000 + "]\n" * 2000, "holds more than 32 levels"),
        ("a: \x01\n", "is not YAML"),
        ("", "f.yaml:1:1: is empty"),
        ("# a comment\n", "f.yaml:1:1: is empty"),
        ("x: " + "a" * MAX_BYTES, "larger than 256 KiB"),
    ],
)
def test_what_is_not_sound_yaml_is_refused_with_its_place(text, expected):
    with pytest.raises(WorkflowInvalid) as caught:
        read_yaml(text, "f.yaml")
    assert expected in str(caught.value)


def test_read_yaml_few_aliases_standing_for_billions_of_values_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    with pytest.raises(WorkflowInvalid, match="more than 20000 values, aliases written out"):
        read_yaml("\n".join(lines))


def test_all_duplicate_keys_are_told_at_once():
    with pytest.raises(WorkflowInvalid) as caught:
        read_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f.yaml")
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["a", "b.c"]


def test_a_number_too_long_for_python_is_text():
    assert read_yaml("a: " + "9" * 5000).plain() == {"a": "9" * 5000}


def test_a_file_that_cannot_be_read_is_a_diagnostic(tmp_path: Path):
    with pytest.raises(WorkflowInvalid, match=r"none\.yaml:1:1: cannot be read: No such file"):
        read_file(tmp_path / "none.yaml")


def test_a_file_that_is_not_utf8_is_a_diagnostic(tmp_path: Path):
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: caf\xe9\n")
    with pytest.raises(WorkflowInvalid, match="is not UTF-8 text: byte 9 is 0xe9"):
        read_file(path)
