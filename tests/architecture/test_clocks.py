"""No test judges how long something took: on a busy machine everything may take long.

A test asserts what the code promises instead: which limit ended it, how often it was called, what came first. Whoever
has to wait for something calls ``demo.component.wait_until``, the one loop with a deadline.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MEASURING = {"benchmarks", "install"}
"""Folders whose tests measure."""
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"}
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def is_reading(node: ast.AST) -> bool:
    """Whether a node calls a clock: ``time.monotonic()``, or ``monotonic()`` where that name is imported."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr=name)):
            return name in CLOCKS
        case ast.Call(func=ast.Name(id=name)):
            return name in CLOCKS - {"time"}
    return False


def depends(node: ast.AST, names: set[str]) -> bool:
    """Whether an expression reads a clock, or a name or field that holds what was made of a reading."""
    return any(
        is_reading(part)
        or (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Attribute) and part.attr in names)
        for part in ast.walk(node)
    )


def given(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The names or fields that a node gives a value, each with the value."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.Call(func=ast.Attribute(value=target, attr="append"), args=[value]):
            yield target, value
        case ast.keyword(arg=str(name), value=value):
            yield ast.Name(id=name), value


def pairs(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Names with their values; ``a, b = 1, 2`` gives two."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for one, its_value in zip(targets, values, strict=True):
                yield from pairs(one, its_value)
        case ast.Tuple(elts=targets), _:
            for one in targets:
                yield from pairs(one, value)
        case ((ast.Name(id=name) | ast.Attribute(attr=name)), _):
            yield name, value


def made_of_readings(function: ast.AST) -> set[str]:
    """The names and fields that hold what was made of a clock's readings."""
    values = [pair for node in ast.walk(function) for place in given(node) for pair in pairs(*place)]
    names: set[str] = set()
    while more := {name for name, value in values if depends(value, names)} - names:
        names |= more
    return names


def judged(tree: ast.Module) -> list[int]:
    """The lines in which a module compares what was made of a clock's readings."""
    names = made_of_readings(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(order, ORDERS) for order in node.ops)
        and any(depends(part, names) for part in (node.left, *node.comparators))
    ]


def test_tests_judge_no_time():
    paths = (path for path in TESTS.rglob("*.py") if not MEASURING & set(path.relative_to(TESTS).parts))
    found = {str(path.relative_to(TESTS)): judged(ast.parse(path.read_text())) for path in sorted(paths)}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    [
        "began = time.monotonic()\nassert time.monotonic() - began < 5",
        "began = perf_counter()\ntook = perf_counter() - began\nassert 1 > took",
        "took = []\ntook.append(time.time() - began)\nassert max(took) <= 5",
        "began, other = time.time(), 1\ndone = Done(seconds=time.time() - began)\nassert done.seconds < 5",
        "deadline = time.monotonic() + 5\nwhile True:\n    if time.monotonic() > deadline:\n        break",
    ],
)
def test_judged_time_is_found(text):
    assert judged(ast.parse(text)) == [len(text.splitlines()) - (text.endswith("break"))]


def test_judged_leaves_other_figures_alone():
    text = "began, count = time.time(), 3\nassert count > 2\nassert done.cpu_seconds < 5\nassert since == began"
    assert judged(ast.parse(text)) == []
