"""Diagrams hold every state, are well-formed, and keep their boxes apart."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from airflow_provider_media.core.statelang import parse
from airflow_provider_media.core.statelang.drawing import diagram, mermaid, svg
from airflow_provider_media.core.statelang.drawing.layout import LABEL_HEIGHT, label_width, layout

BRANCHY = Path(__file__).with_name("branchy.json")
"""A machine whose long ways have to go round a tall Parallel, with many labels side by side."""
FILES = [BRANCHY, *sorted((Path(__file__).parents[4] / "include" / "state_machines").rglob("*.json"))]


def texts(document):
    root = ET.fromstring(document)
    return {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def machine(request):
    return parse(json.loads(request.param.read_text()))


def test_every_state_is_drawn(machine):
    names = {state.name for _, state in machine.walk()}
    assert names <= texts(svg(machine))
    text = mermaid(machine)
    assert all(f'state "{name}" as' in text for name in names)


def test_no_box_overlaps_another_and_all_lie_inside(machine):
    placed = layout(diagram(machine))
    for one, other in combinations(placed.boxes, 2):
        apart = (
            abs(one.x - other.x) >= (one.width + other.width) / 2
            or abs(one.y - other.y) >= (one.height + other.height) / 2
        )
        assert apart, (one.node.id, other.node.id)
    assert all(
        box.x + box.width / 2 <= placed.width and box.y + box.height / 2 <= placed.height for box in placed.boxes
    )


def test_no_way_goes_through_a_box(machine):
    placed = layout(diagram(machine))
    for route in placed.routes:
        for (x, y), (next_x, next_y) in pairwise(route.points):
            # Between the rows a way bends, and no box is there.
            for box in placed.boxes if x == next_x else ():
                inside = abs(x - box.x) < box.width / 2 and min(y, next_y) < box.y < max(y, next_y)
                assert not inside, (route.edge, box.node.title)


def test_no_label_hides_another(machine):
    labelled = [route for route in layout(diagram(machine)).routes if route.edge.label]
    for one, other in combinations(labelled, 2):
        (x, y), (other_x, other_y) = one.label, other.label
        beside = abs(x - other_x) >= (label_width(one.edge) + label_width(other.edge)) / 2
        assert beside or abs(y - other_y) >= LABEL_HEIGHT, (one.edge.label, other.edge.label)


def test_names_cannot_break_out_of_a_diagram():
    odd = 'a"<b>&: ;'
    machine = parse({"StartAt": odd, "States": {odd: {"Type": "Pass", "End": True}}})
    assert odd in texts(svg(machine))
    assert 'state "a#quot;#lt;b#gt;&#colon; #semi;" as s1' in mermaid(machine)


def test_a_way_back_goes_round_the_side():
    states = {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "C"},
        "C": {"Type": "Succeed"},
    }
    placed = layout(diagram(parse({"StartAt": "A", "States": states})))
    (back,) = [route for route in placed.routes if route.back]
    assert (back.edge.source, back.edge.target, back.edge.label) == ("B", "A", "$.n is present")
    assert max(x for x, _ in back.points) > max(box.x + box.width / 2 for box in placed.boxes)


def test_group_of_each_state_names_its_state(machine):
    groups = ET.fromstring(svg(machine)).iter("{http://www.w3.org/2000/svg}g")
    named = [group.get("data-state") for group in groups if group.get("data-state") is not None]
    assert sorted(named) == sorted(state.name for _, state in machine.walk())
