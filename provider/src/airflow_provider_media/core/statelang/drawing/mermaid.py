"""Mermaid ``stateDiagram-v2`` text (mermaid.js.org/syntax/stateDiagram.html)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from airflow_provider_media.core.statelang.definition.states import Machine
from airflow_provider_media.core.statelang.drawing.diagram import END, START, Diagram, DiagramNode, Edge, diagram

_MARKS = {
    '"': "#quot;",
    ":": "#colon;",
    ";": "#semi;",
    "<": "#lt;",
    ">": "#gt;",
    "{": "#lbrace;",
    "}": "#rbrace;",
    "#": "#35;",
}


def mermaid(machine: Machine) -> str:
    """Return the diagram of a machine as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *_lines(diagram(machine), "    ", count(1))]) + "\n"


def _lines(drawn: Diagram, indent: str, numbers: Iterator[int]) -> Iterator[str]:
    names = {node.id: "[*]" if node.kind in {START, END} else f"s{next(numbers)}" for node in drawn.nodes}
    for node in drawn.nodes:
        if names[node.id] != "[*]":
            yield f'{indent}state "{_text(node.title)}" as {names[node.id]}'
            yield from _inside(node, names[node.id], indent, numbers)
    for edge in drawn.edges:
        yield f"{indent}{names[edge.source]} --> {names[edge.target]}{_label(edge)}"


def _inside(node: DiagramNode, name: str, indent: str, numbers: Iterator[int]) -> Iterator[str]:
    if node.kind == "choice" or not node.inner:
        return
    yield f"{indent}state {name} {{"
    for position, inner in enumerate(node.inner):
        if position:
            yield f"{indent}    --"
        yield from _lines(inner, indent + "    ", numbers)
    yield f"{indent}}}"


def _label(edge: Edge) -> str:
    text = f"on {edge.label}" if edge.error else edge.label
    return f" : {_text(text)}" if text else ""


def _text(text: str) -> str:
    return "".join(_MARKS.get(mark, mark) for mark in text)
