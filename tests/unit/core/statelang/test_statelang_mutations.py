"""Whatever stands in a definition, checking it never fails, reading it fails in one way only, and what is found valid
can be read.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.statelang import DefinitionInvalid, parse, validate

ROOT = Path(__file__).parents[4]
CASES = json.loads((ROOT / "tests" / "dags" / "state_machines" / "cases.json").read_text())
KNOWN = [case["definition"] for case in CASES.values()]
KNOWN += [json.loads(path.read_text()) for path in sorted((ROOT / "include" / "state_machines").rglob("*.json"))]

odd_texts = st.sampled_from(
    ["", "x", "$", "$.a", "$$.a", "$.a[*]", "{% 1 %}", "{% 1", "$v", "States.UUID()", "2026-01-01T00:00:00Z"]
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), odd_texts
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(odd_texts, inner, max_size=2)),
    max_leaves=4,
)


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*before, key)
        yield from places(item, (*before, key))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A machine in which something has been replaced or taken away."""
    machine = copy.deepcopy(draw(st.sampled_from(KNOWN)))
    for _ in range(draw(st.integers(1, 2))):
        found = list(places(machine))
        if not found:
            break
        *way, last = draw(st.sampled_from(found))
        target = machine
        for key in way:
            target = target[key]
        if draw(st.booleans()):
            target[last] = draw(values)
        else:
            del target[last]
    return machine


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_machine_is_refused_in_one_way_or_read(machine: dict[str, Any]) -> None:
    sound = not any(found.is_error for found in validate(machine))
    try:
        parse(machine)
    except DefinitionInvalid:
        assert not sound, machine
