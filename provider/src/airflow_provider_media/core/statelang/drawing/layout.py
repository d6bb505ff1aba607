"""A layered layout: each node below those that lead to it, rows ordered so that few edges cross.

The method is Sugiyama's (1981) in its simplest form: longest-path layers, points for edges to pass through the layers
between, barycentre ordering. Edges that lead back are routed along the right side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from airflow_provider_media.core.statelang.drawing.diagram import END, START, Diagram, Edge, Node

ROW_GAP = 56.0
COLUMN_GAP = 36.0
MARGIN = 18.0
TITLE_HEIGHT = 44.0
HEIGHT = 46.0
POINT = 22.0
CHARACTER = 7.4
"""Width in pixels of an average character of the titles' font."""
SMALL_CHARACTER = 6.0
SWEEPS = 6
BACK_LANE = 22.0

Slot: TypeAlias = tuple[str, int]
"""A node's place in a row, or the point at which a long edge passes it: (id, -1) or (id of the edge, row)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node with its place: centre and size in pixels, and what is inside."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    inner: tuple[Layout, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge with the points that it goes through."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A diagram with places; the corner at the left top is 0, 0."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


def layout(drawn: Diagram) -> Layout:
    """Places for a diagram and all inside."""
    sized = {node.id: _sized(node) for node in drawn.nodes}
    back = _back_edges(drawn)
    forward = [edge for edge in drawn.edges if edge not in back]
    rows = _rows(drawn, forward)
    grid, links = _grid(rows, forward)
    _order(grid, links)
    places = _places(grid, sized)
    boxes = tuple(_moved(sized[node.id], *places[node.id, -1]) for node in drawn.nodes)
    by_id = {box.node.id: box for box in boxes}
    right = max(place[0] + (sized[slot[0]].width / 2 if slot[1] < 0 else POINT) for slot, place in places.items())
    routes = [_forward(edge, number, by_id, places, rows) for number, edge in enumerate(forward)]
    routes += [_backward(edge, by_id, right + BACK_LANE * (lane + 1)) for lane, edge in enumerate(back)]
    labels = [point[0] + len(route.edge.label) * SMALL_CHARACTER / 2 + 6 for route in routes for point in [label_place(route)]]
    width = max([right, *labels, *(point[0] for route in routes for point in route.points)]) + MARGIN
    lowest = max(box.y + box.height / 2 for box in boxes) + (ROW_GAP / 4 if back else 0)
    return Layout(width=width, height=lowest + MARGIN, boxes=boxes, routes=tuple(routes))


def _sized(node: Node) -> Box:
    if node.kind in {START, END}:
        return Box(node=node, x=0, y=0, width=POINT, height=POINT)
    text = max(len(node.title) * CHARACTER, len(node.detail) * SMALL_CHARACTER) + 30
    inner = tuple(layout(each) for each in node.inner)
    if not inner:
        return Box(node=node, x=0, y=0, width=max(text, 110) + (28 if node.kind == "choice" else 0), height=HEIGHT)
    width = max(text, sum(each.width for each in inner) + MARGIN * (len(inner) + 1))
    return Box(node=node, x=0, y=0, width=width, height=TITLE_HEIGHT + max(each.height for each in inner) + MARGIN, inner=inner)


def _moved(box: Box, x: float, y: float) -> Box:
    return Box(node=box.node, x=x, y=y, width=box.width, height=box.height, inner=box.inner)


def _back_edges(drawn: Diagram) -> list[Edge]:
    """The edges that close a cycle when one walks from the start."""
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
    """The row of each node: one below the lowest of those that lead to it."""
    rows = {node.id: 0 for node in drawn.nodes}
    for _ in drawn.nodes:
        for edge in forward:
            rows[edge.target] = max(rows[edge.target], rows[edge.source] + 1)
    return rows


def _grid(rows: Mapping[str, int], forward: Sequence[Edge]) -> tuple[list[list[Slot]], list[tuple[Slot, Slot]]]:
    """The rows with a point for each edge that passes one, and the links from row to row."""
    grid: list[list[Slot]] = [[] for _ in range(max(rows.values()) + 1)]
    for name, row in rows.items():
        grid[row].append((name, -1))
    links: list[tuple[Slot, Slot]] = []
    for number, edge in enumerate(forward):
        above: Slot = (edge.source, -1)
        for row in range(rows[edge.source] + 1, rows[edge.target]):
            grid[row].append((str(number), row))
            links.append((above, (str(number), row)))
            above = (str(number), row)
        links.append((above, (edge.target, -1)))
    return grid, links


def _order(grid: list[list[Slot]], links: Iterable[tuple[Slot, Slot]]) -> None:
    above: dict[Slot, list[Slot]] = {}
    below: dict[Slot, list[Slot]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in grid if down else reversed(grid):
            place = {slot: index for line in grid for index, slot in enumerate(line)}
            _sort(row, above if down else below, place)


def _sort(row: list[Slot], near: Mapping[Slot, Sequence[Slot]], place: Mapping[Slot, int]) -> None:
    def barycentre(slot: Slot) -> float:
        others = near.get(slot)
        return sum(place[other] for other in others) / len(others) if others else place[slot]

    row.sort(key=barycentre)


def _places(grid: Sequence[Sequence[Slot]], sized: Mapping[str, Box]) -> dict[Slot, tuple[float, float]]:
    """The centre of each slot; rows are centred on each other."""
    widths = [[sized[slot[0]].width if slot[1] < 0 else POINT * 3 for slot in row] for row in grid]
    totals = [sum(row) + COLUMN_GAP * (len(row) - 1) for row in widths]
    middle = max(totals) / 2 + MARGIN
    places: dict[Slot, tuple[float, float]] = {}
    top = MARGIN
    for row, sizes, total in zip(grid, widths, totals, strict=True):
        height = max((sized[slot[0]].height for slot in row if slot[1] < 0), default=0)
        left = middle - total / 2
        for slot, width in zip(row, sizes, strict=True):
            places[slot] = (left + width / 2, top + height / 2)
            left += width + COLUMN_GAP
        top += height + ROW_GAP
    return places


def _forward(
    edge: Edge, number: int, boxes: Mapping[str, Box], places: Mapping[Slot, tuple[float, float]], rows: Mapping[str, int]
) -> Route:
    source, target = boxes[edge.source], boxes[edge.target]
    passed = [places[str(number), row] for row in range(rows[edge.source] + 1, rows[edge.target])]
    start, end = (source.x, source.y + source.height / 2), (target.x, target.y - target.height / 2)
    return Route(edge=edge, points=(start, *passed, end))


def _backward(edge: Edge, boxes: Mapping[str, Box], lane: float) -> Route:
    source, target = boxes[edge.source], boxes[edge.target]
    # It leaves below and comes in above, through the gaps between the rows, where no neighbour stands.
    below, above = source.y + source.height / 2, target.y - target.height / 2
    corners = ((source.x, below + ROW_GAP / 4), (lane, below + ROW_GAP / 4), (lane, above - ROW_GAP / 2), (target.x, above - ROW_GAP / 2))
    return Route(edge=edge, points=((source.x, below), *corners, (target.x, above)), back=True)


def label_place(route: Route) -> tuple[float, float]:
    """Where an edge's label is centred: near its beginning, where edges from one node have parted."""
    (x, y), (next_x, next_y) = route.points[0], route.points[1]
    if route.back:
        (lane, lower), (_, upper) = route.points[2], route.points[3]
        return lane, (lower + upper) / 2
    half = len(route.edge.label) * SMALL_CHARACTER / 2 + 6
    return max(half, x + (next_x - x) * 0.5), y + (next_y - y) * 0.5
