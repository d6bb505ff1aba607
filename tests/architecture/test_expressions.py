"""One thought a line: an expression that holds two decisions or two loops gets a name, or a function of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("provider/src", "demo", "dags", "plugins")
FILES = sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in FOLDERS))
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def nested_conditionals(tree: ast.AST) -> Iterator[int]:
    """The lines of conditional expressions that hold another one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and any(
            isinstance(inner, ast.IfExp) for inner in ast.walk(node) if inner is not node
        ):
            yield node.lineno


def double_comprehensions(tree: ast.AST) -> Iterator[int]:
    """The lines of comprehensions with two ``for``."""
    for node in ast.walk(tree):
        if isinstance(node, COMPREHENSIONS) and len(node.generators) > 1:
            yield node.lineno


RULES = [nested_conditionals, double_comprehensions]


@pytest.mark.parametrize("rule", RULES)
def test_expression_holds_one_decision_or_loop(rule):
    found = {file.relative_to(ROOT).as_posix(): list(rule(ast.parse(file.read_text()))) for file in FILES}
    assert {file: lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("rule", "text", "lines"),
    [
        (nested_conditionals, "a if b else c if d else e", [1]),
        (nested_conditionals, "f(a if b else c) if d else e", [1]),
        (nested_conditionals, "(a if b else c, d if e else f)", []),
        (double_comprehensions, "[b for a in c for b in a]", [1]),
        (double_comprehensions, "{b: a for a in c for b in a}", [1]),
        (double_comprehensions, "[[b for b in a] for a in c]", []),
    ],
)
def test_shape_rule_finds_the_lines(rule, text, lines):
    assert list(rule(ast.parse(text))) == lines
