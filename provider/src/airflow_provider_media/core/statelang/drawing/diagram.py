"""Content of a diagram: states as nodes, transitions as edges, inner machines as diagrams inside a node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    FailState,
    Machine,
    MapState,
    State,
    TaskState,
)
from airflow_provider_media.core.statelang.expressions.choice.wording import words
from airflow_provider_media.core.statelang.expressions.flow.template import Constant

START, END = "start", "end"
"""Ids of the two nodes that are not states."""

LABEL_CHARACTERS = 28
DISTRIBUTED = "distributed map"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramNode:
    """A state, or the start or the end of a machine.

    :param id: the state's name, or :data:`START` or :data:`END`.
    :param title: the text on the node.
    :param detail: the smaller text below the title.
    :param kind: ``task``, ``choice`` … or ``start`` or ``end``.
    :param inner: diagrams of the machines inside the state.
    """

    id: str
    title: str
    kind: str
    detail: str = ""
    inner: tuple[Diagram, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A transition from one node to another.

    :param label: the condition of the transition.
    :param error: whether the transition belongs to a catcher.
    """

    source: str
    target: str
    label: str = ""
    error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """The nodes and edges of a machine."""

    nodes: tuple[DiagramNode, ...]
    edges: tuple[Edge, ...]


def diagram(machine: Machine) -> Diagram:
    """Return the diagram of a machine, including states that no transition leads to."""
    states = [_node(state) for state in machine.states.values()]
    edges = [Edge(source=START, target=machine.start_at)]
    edges += chain.from_iterable(map(_edges, machine.states.values()))
    ends = [DiagramNode(id=END, title="", kind=END)] if any(edge.target == END for edge in edges) else []
    return Diagram(nodes=(DiagramNode(id=START, title="", kind=START), *states, *ends), edges=tuple(edges))


def _node(state: State) -> DiagramNode:
    return DiagramNode(
        id=_id(state.name),
        title=state.name,
        kind=state.kind.lower(),
        detail=_detail(state),
        inner=tuple(diagram(inner) for inner in state.inner),
    )


def _id(name: str) -> str:
    return f"state {name}" if name in {START, END} else name


def _detail(state: State) -> str:
    if isinstance(state, TaskState):
        return _shortened(state.resource.text.removeprefix("arn:aws:states:::"))
    if isinstance(state, MapState) and state.distributed:
        return DISTRIBUTED
    if isinstance(state, FailState) and isinstance(state.error, Constant):
        return _shortened(str(state.error.value))
    return state.kind.lower()


def _edges(state: State) -> Iterator[Edge]:
    if isinstance(state, ChoiceState):
        for rule in state.rules:
            yield Edge(source=_id(state.name), target=_id(rule.next), label=_shortened(words(rule.test)))
        if state.default is not None:
            yield Edge(source=_id(state.name), target=_id(state.default), label="otherwise")
    elif state.next is not None:
        yield Edge(source=_id(state.name), target=_id(state.next))
    elif not isinstance(state, FailState):
        yield Edge(source=_id(state.name), target=END)
    for catcher in state.catch:
        yield Edge(
            source=_id(state.name), target=_id(catcher.next), label=_shortened(", ".join(catcher.errors)), error=True
        )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1] + "…"
