"""SVG of a state machine, with a white background that keeps it readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from airflow_provider_media.core.statelang.definition.states import Machine
from airflow_provider_media.core.statelang.drawing.diagram import END, START, diagram
from airflow_provider_media.core.statelang.drawing.layout import (
    MARGIN,
    TITLE_HEIGHT,
    Box,
    GraphLayout,
    Route,
    label_width,
    layout,
)

FILLS = {
    "task": "#e3f2fd",
    "pass": "#f3f4f6",
    "choice": "#fff4d6",
    "wait": "#efe7fb",
    "succeed": "#dcf5e3",
    "fail": "#fde2e1",
    "parallel": "#fbfcfe",
    "map": "#fbfcfe",
}
STROKES = {
    "task": "#2f7fc1",
    "pass": "#8a94a3",
    "choice": "#c58a12",
    "wait": "#7d56c1",
    "succeed": "#2f9e5b",
    "fail": "#cf4440",
    "parallel": "#8a94a3",
    "map": "#8a94a3",
}

STANDING = {
    "running": ("#d6e9ff", "#1f6fd0"),
    "succeeded": ("#d3f2dd", "#23894c"),
    "caught": ("#ffe9c7", "#c97a08"),
    "failed": ("#fbd3d0", "#c62f2b"),
    "aborted": ("#e6e8ec", "#6b7482"),
    "": ("#ffffff", "#b8c0cb"),
}
"""Fill and stroke by a state's status in an execution; the empty status is for states that were not visited."""

_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu"
    " Sans',sans-serif;text-anchor:middle;fill:#1f2733}"
    ".title{font-size:13px;font-weight:600}.detail,.label{font-size:10.5px}.detail{fill:#5b6675}.error{fill:#b3342f}"
    ".edge{fill:none;stroke-linejoin:round;stroke:#5b6675;stroke-width:1.4}.caught{stroke:#cf4440;stroke-dasharray:5 3}"
)
_ARROWS = "".join(
    f'<marker id="{name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    for name, colour in (("arrow", "#5b6675"), ("caught", "#cf4440"))
)


def svg(machine: Machine, standing: Mapping[str, str] | None = None) -> str:
    """Return the diagram of a machine as an SVG document.

    :param standing: status of each state in an execution, by name; the colours then show statuses, not kinds.
    """
    placed = layout(diagram(machine))
    width, height = round(placed.width), round(placed.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img">'
    )
    title = f"<title>{escape(machine.comment or 'State machine')}</title>"
    ground = f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>'
    return (
        "\n".join(
            [
                head,
                title,
                f"<style>{_STYLE}</style><defs>{_ARROWS}</defs>",
                ground,
                *_drawn(placed, 0, 0, standing),
                "</svg>",
            ]
        )
        + "\n"
    )


def _drawn(placed: GraphLayout, left: float, top: float, standing: Mapping[str, str] | None) -> Iterator[str]:
    yield f'<g transform="translate({left:.1f} {top:.1f})">'
    for route in placed.routes:
        yield _path(route)
    for box in placed.boxes:
        yield from _box(box, standing)
    # Labels come last, so that no line crosses a label.
    for route in placed.routes:
        if route.edge.label:
            yield _label(route)
    yield "</g>"


def _path(route: Route) -> str:
    caught = " caught" if route.edge.error else ""
    marker = "caught" if route.edge.error else "arrow"
    return f'<path class="edge{caught}" d="{_line(route)}" marker-end="url(#{marker})"/>'


def _line(route: Route) -> str:
    (x, y), *rest = route.points
    if route.back:
        return f"M{x:.1f} {y:.1f}" + "".join(f"L{next_x:.1f} {next_y:.1f}" for next_x, next_y in rest)
    drawn = f"M{x:.1f} {y:.1f}"
    for next_x, next_y in rest:
        middle = (y + next_y) / 2
        drawn += f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}"
        x, y = next_x, next_y
    return drawn


def _label(route: Route) -> str:
    x, y = route.label
    width = label_width(route.edge)
    error = " error" if route.edge.error else ""
    ground = (
        f'<rect x="{x - width / 2:.1f}" y="{y - 8:.1f}" width="{width:.1f}" height="16" rx="4" fill="#ffffff"'
        ' fill-opacity=".92"/>'
    )
    return f'{ground}<text class="label{error}" x="{x:.1f}" y="{y + 3.5:.1f}">{escape(route.edge.label)}</text>'


def _box(box: Box, standing: Mapping[str, str] | None) -> Iterator[str]:
    kind = box.node.kind
    if kind == START:
        yield f'<circle cx="{box.x:.1f}" cy="{box.y:.1f}" r="8" fill="#1f2733"/>'
        return
    if kind == END:
        yield f'<circle cx="{box.x:.1f}" cy="{box.y:.1f}" r="9" fill="#ffffff" stroke="#1f2733" stroke-width="1.5"/>'
        yield f'<circle cx="{box.x:.1f}" cy="{box.y:.1f}" r="5" fill="#1f2733"/>'
        return
    # The attribute lets a page find the state on a click.
    yield f'<g data-state="{escape(box.node.title)}">'
    yield _outline(box, standing)
    top = box.y - box.height / 2
    yield f'<text class="title" x="{box.x:.1f}" y="{top + 20:.1f}">{escape(box.node.title)}</text>'
    yield f'<text class="detail" x="{box.x:.1f}" y="{top + 35:.1f}">{escape(box.node.detail)}</text>'
    yield from _inside(box, top, standing)
    yield "</g>"


def _outline(box: Box, standing: Mapping[str, str] | None) -> str:
    kind = box.node.kind
    fill, stroke = (FILLS[kind], STROKES[kind]) if standing is None else STANDING[standing.get(box.node.title, "")]
    # The states inside a group have colours of their own, so the group keeps its fill.
    fill = FILLS[kind] if box.inner else fill
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="{1.4 if standing is None else 2}"'
    left, right, top, bottom = (
        box.x - box.width / 2,
        box.x + box.width / 2,
        box.y - box.height / 2,
        box.y + box.height / 2,
    )
    if kind == "choice":
        corners = [
            (left, box.y),
            (left + 18, top),
            (right - 18, top),
            (right, box.y),
            (right - 18, bottom),
            (left + 18, bottom),
        ]
        return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}" {paint}/>'
    dashes = ' stroke-dasharray="6 4"' if box.inner else ""
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="9" {paint}{dashes}/>'
    )


def _inside(box: Box, top: float, standing: Mapping[str, str] | None) -> Iterator[str]:
    total = sum(each.width for each in box.inner) + MARGIN * (len(box.inner) - 1)
    left = box.x - total / 2
    for each in box.inner:
        yield from _drawn(each, left, top + TITLE_HEIGHT, standing)
        left += each.width + MARGIN
