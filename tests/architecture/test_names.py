"""One word for one thing: the names of classes, modules and everything else that the package defines."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "provider" / "src" / "airflow_provider_media"
REPLACED = {
    "sitting": "admission batch",
    "wish": "admission request",
    "wishes": "admission requests",
    "desk": "group commit",
    "fulfil": "submit",
    "visitor": "waiter",
    "seats": "concurrency limit",
    "ledger": "job store",
    "acting": "job commands",
    "questions": "job queries",
    "viewing": "execution history",
    "story": "execution history",
    "histories": "execution history",
    "tell": "report, push",
    "told": "reported, pushed",
    "telling": "reporting",
    "untold": "unannounced",
    "remember": "push",
    "remembered": "pull",
    "apart": "child run",
    "unwanted": "orphan",
    "dismissed": "orphan",
    "answering": "task tokens",
    "arriving": "upload trigger",
    "draining": "queue messages",
    "thaw": "load_frozen",
    "scene": "plan context",
    "workshop": "unit builder",
    "ridden": "full decode",
    "sought": "seek",
    "anew": "again, redriven",
}
"""Words of our own that named something for which the field has a word, and that word: docs/glossary.md."""
EVERYWHERE = {"__init__", "__main__", "errors"}
"""Module names that many folders share: Python's own, and ``errors``, as each layer has the errors that it raises."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text())


def defined(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives: of classes, functions, parameters, variables and attributes."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.arg(arg=name)
            ):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def test_class_name_occurs_once():
    places = defaultdict(list)
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_module_name_occurs_in_two_folders_at_most():
    places = defaultdict(list)
    for path, _ in modules():
        if Path(path).stem not in EVERYWHERE:
            places[Path(path).stem].append(path)
    assert {name: found for name, found in places.items() if len(found) > 2} == {}


def test_identifiers_use_the_words_of_the_field():
    found = {
        f"{path}: {name}": REPLACED[word]
        for path, tree in modules()
        for name in defined(tree)
        for word in words(name) & REPLACED.keys()
    }
    found |= {path: REPLACED[word] for path, _ in modules() for word in words(Path(path).stem) & REPLACED.keys()}
    assert found == {}
