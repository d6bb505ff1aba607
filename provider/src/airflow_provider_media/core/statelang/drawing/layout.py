"""A layered graph layout: each node stands below its predecessors, and rows are ordered so that few edges cross.

The method is the simplest form of Sugiyama's (1981). It has longest-path layers, a point for each layer that an edge
crosses, barycentre ordering, and nodes drawn towards their neighbours. Back edges run along the right side of the rows
that they pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TypeAlias

from airflow_provider_media.core.statelang.drawing.diagram import END, START, Diagram, DiagramNode, Edge

ROW_GAP = 60.0
COLUMN_GAP = 36.0
MARGIN = 18.0
TITLE_HEIGHT = 44.0
HEIGHT = 46.0
POINT = 22.0
CHARACTER = 7.4
"""Width in pixels of an average character of the titles' font."""
SMALL_CHARACTER = 6.0
SWEEPS = 6
LABEL_HEIGHT = 17.0
BACK_LANE = 22.0

Slot: TypeAlias = tuple[str, int]
"""A node in a row, ``(node id, -1)``, or the point where a long edge crosses a row, ``(edge id, row)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node with its centre and size in pixels, and the layouts of its inner machines."""

    node: DiagramNode
    x: float
    y: float
    width: float
    height: float
    inner: tuple[GraphLayout, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge with the points of its line, and the middle of its label, in pixels."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float] = (0.0, 0.0)
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphLayout:
    """A diagram with coordinates; the top left corner is 0, 0."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SlotPlace:
    """Position of a slot: the middle of its column, and the top and bottom of its row."""

    x: float
    top: float
    bottom: float
    width: float


Places: TypeAlias = Mapping[Slot, _SlotPlace]


def layout(drawn: Diagram) -> GraphLayout:
    """Lay out a diagram and all diagrams inside its nodes."""
    sized = {node.id: _sized(node) for node in drawn.nodes}
    back = _back_edges(drawn)
    forward = [edge for edge in drawn.edges if edge not in back]
    rows = _rows(drawn, forward)
    grid, ways = _grid(rows, forward)
    links = list(chain.from_iterable(pairwise(way) for way in ways))
    _order(grid, links)
    places = _places(grid, links, sized, _label_widths(forward, ways))
    boxes = tuple(_moved(sized[node.id], places[node.id, -1]) for node in drawn.nodes)
    by_id = {box.node.id: box for box in boxes}
    routes = _labelled([_forward(edge, way, by_id, places) for edge, way in zip(forward, ways, strict=True)])
    routes += [_backward(edge, by_id, places, BACK_LANE * (lane + 1)) for lane, edge in enumerate(back)]
    sides = [place.x + place.width / 2 for place in places.values()]
    labels = [route.label[0] + label_width(route.edge) / 2 for route in routes]
    points = chain.from_iterable(route.points for route in routes)
    width = max([*sides, *labels, *(x for x, _ in points)]) + MARGIN
    lowest = max(box.y + box.height / 2 for box in boxes) + (ROW_GAP / 4 if back else 0)
    return GraphLayout(width=width, height=lowest + MARGIN, boxes=boxes, routes=tuple(routes))


def _sized(node: DiagramNode) -> Box:
    if node.kind in {START, END}:
        return Box(node=node, x=0, y=0, width=POINT, height=POINT)
    text = max(len(node.title) * CHARACTER, len(node.detail) * SMALL_CHARACTER) + 30
    inner = tuple(layout(each) for each in node.inner)
    if not inner:
        return Box(node=node, x=0, y=0, width=max(text, 110) + (28 if node.kind == "choice" else 0), height=HEIGHT)
    width = max(text, sum(each.width for each in inner) + MARGIN * (len(inner) + 1))
    return Box(
        node=node, x=0, y=0, width=width, height=TITLE_HEIGHT + max(each.height for each in inner) + MARGIN, inner=inner
    )


def _moved(box: Box, place: _SlotPlace) -> Box:
    return replace(box, x=place.x, y=place.top + box.height / 2)


def _back_edges(drawn: Diagram) -> list[Edge]:
    """Return the edges that close a cycle in a depth-first walk from the start."""
    following: dict[str, list[Edge]] = {node.id: [] for node in drawn.nodes}
    for edge in drawn.edges:
        following[edge.source].append(edge)
    found: list[Edge] = []
    done: set[str] = set()
    above: list[str] = []

    def walk(name: str) -> None:
        above.append(name)
        for edge in following[name]:
            if edge.target in above:
                found.append(edge)
            elif edge.target not in done:
                walk(edge.target)
        above.pop()
        done.add(name)

    for node in drawn.nodes:
        if node.id not in done:
            walk(node.id)
    return found


def _rows(drawn: Diagram, forward: Sequence[Edge]) -> dict[str, int]:
    """Return the row of each node: one below its lowest predecessor."""
    rows = {node.id: 0 for node in drawn.nodes}
    for _ in drawn.nodes:
        for edge in forward:
            rows[edge.target] = max(rows[edge.target], rows[edge.source] + 1)
    return rows


def _grid(rows: Mapping[str, int], forward: Sequence[Edge]) -> tuple[list[list[Slot]], list[tuple[Slot, ...]]]:
    """Return the rows, with a point for each edge that crosses a row, and the slots of each edge."""
    grid: list[list[Slot]] = [[] for _ in range(max(rows.values()) + 1)]
    for name, row in rows.items():
        grid[row].append((name, -1))
    ways: list[tuple[Slot, ...]] = []
    for number, edge in enumerate(forward):
        passed = [(str(number), row) for row in range(rows[edge.source] + 1, rows[edge.target])]
        for slot in passed:
            grid[slot[1]].append(slot)
        ways.append(((edge.source, -1), *passed, (edge.target, -1)))
    return grid, ways


def label_width(edge: Edge) -> float:
    """Return the width of an edge's label in pixels, with padding at both sides."""
    return len(edge.label) * SMALL_CHARACTER + 8 if edge.label else 0


def _label_widths(forward: Sequence[Edge], ways: Sequence[tuple[Slot, ...]]) -> dict[Slot, float]:
    """Return the width that each slot needs for the labels above the slot."""
    widths: dict[Slot, float] = {}
    for edge, way in zip(forward, ways, strict=True):
        widths[way[1]] = max(widths.get(way[1], 0), label_width(edge))
    return widths


def _order(grid: list[list[Slot]], links: Iterable[tuple[Slot, Slot]]) -> None:
    above, below = _neighbours(links)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in grid if down else reversed(grid):
            _sort(row, above if down else below, _indexes(grid))


def _indexes(grid: Iterable[Sequence[Slot]]) -> dict[Slot, int]:
    """Return the index of each slot in its row."""
    found: dict[Slot, int] = {}
    for row in grid:
        found |= {slot: index for index, slot in enumerate(row)}
    return found


def _sort(row: list[Slot], near: Mapping[Slot, Sequence[Slot]], place: Mapping[Slot, int]) -> None:
    def barycentre(slot: Slot) -> float:
        return _mean([place[other] for other in near.get(slot, [slot])])

    row.sort(key=barycentre)


def _places(
    grid: Sequence[Sequence[Slot]],
    links: Sequence[tuple[Slot, Slot]],
    sized: Mapping[str, Box],
    labels: Mapping[Slot, float],
) -> dict[Slot, _SlotPlace]:
    """Return the position of each slot."""
    widths = {
        slot: max(sized[slot[0]].width if slot[1] < 0 else POINT, labels.get(slot, 0))
        for slot in chain.from_iterable(grid)
    }
    columns = _columns(grid, links, widths)
    left = min(x - widths[slot] / 2 for slot, x in columns.items())
    places: dict[Slot, _SlotPlace] = {}
    top = MARGIN
    for row in grid:
        bottom = top + max((sized[slot[0]].height for slot in row if slot[1] < 0), default=0)
        for slot in row:
            places[slot] = _SlotPlace(x=columns[slot] - left + MARGIN, top=top, bottom=bottom, width=widths[slot])
        top = bottom + ROW_GAP
    return places


def _columns(
    grid: Sequence[Sequence[Slot]], links: Sequence[tuple[Slot, Slot]], widths: Mapping[Slot, float]
) -> dict[Slot, float]:
    """Return the middle of each slot, as near to its linked slots as the other slots of the row allow."""
    columns: dict[Slot, float] = {}
    for row in grid:
        columns |= _spread(row, dict.fromkeys(row, 0.0), widths)
    above, below = _neighbours(links)
    for sweep in range(2 * SWEEPS + 1):
        up = sweep % 2 == 0
        near = below if up else above
        for row in reversed(grid) if up else grid:
            wanted = {slot: _mean([columns[other] for other in near.get(slot, [slot])]) for slot in row}
            columns |= _spread(row, wanted, widths)
    return columns


def _neighbours(links: Iterable[tuple[Slot, Slot]]) -> tuple[dict[Slot, list[Slot]], dict[Slot, list[Slot]]]:
    """Return the slots that each slot is linked with in the row above and in the row below."""
    above: dict[Slot, list[Slot]] = {}
    below: dict[Slot, list[Slot]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    return above, below


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _spread(row: Sequence[Slot], wanted: Mapping[Slot, float], widths: Mapping[Slot, float]) -> dict[Slot, float]:
    """Keep slots apart: return the means of their positions after moving right and after moving left."""
    right, left = dict(wanted), dict(wanted)
    for one, other in pairwise(row):
        right[other] = max(right[other], right[one] + (widths[one] + widths[other]) / 2 + COLUMN_GAP)
    for one, other in pairwise(reversed(row)):
        left[other] = min(left[other], left[one] - (widths[one] + widths[other]) / 2 - COLUMN_GAP)
    return {slot: (right[slot] + left[slot]) / 2 for slot in row}


def _forward(edge: Edge, way: Sequence[Slot], boxes: Mapping[str, Box], places: Places) -> Route:
    """Route an edge straight down through each row, beside its nodes; the edge moves sideways between rows only."""
    source, target = boxes[edge.source], boxes[edge.target]
    begin, *passed, end = (places[slot] for slot in way)
    points = [(begin.x, source.y + source.height / 2), (begin.x, begin.bottom)]
    points += chain.from_iterable(((place.x, place.top), (place.x, place.bottom)) for place in passed)
    return Route(edge=edge, points=(*points, (end.x, target.y - target.height / 2)))


def _labelled(routes: Sequence[Route]) -> list[Route]:
    """Place each label above the first slot that its route reaches; labels above the same slot are stacked."""
    seen: Counter[tuple[float, float]] = Counter()
    found = []
    for route in routes:
        x, y = route.points[2]
        found.append(replace(route, label=(x, y - LABEL_HEIGHT * (1.1 + seen[x, y]))))
        seen[x, y] += bool(route.edge.label)
    return found


def _backward(edge: Edge, boxes: Mapping[str, Box], places: Places, lane: float) -> Route:
    """Route a back edge from the source's bottom, up along the right of the rows it passes, into the target's top."""
    source, target = boxes[edge.source], boxes[edge.target]
    begin, end = places[edge.source, -1], places[edge.target, -1]
    passed = [place.x + place.width / 2 for place in places.values() if end.top <= place.top <= begin.top]
    side, below, above = max(passed) + lane, begin.bottom + ROW_GAP / 4, end.top - ROW_GAP / 2
    corners = ((begin.x, below), (side, below), (side, above), (end.x, above))
    points = ((begin.x, source.y + source.height / 2), *corners, (end.x, target.y - target.height / 2))
    return Route(edge=edge, points=points, label=(side, (below + above) / 2), back=True)
