"""The designer's palette offers what a Task state can call, and nothing else."""

import re
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.core.statelang.validation.schema import STATES
from airflow_provider_media.state_machines.resources.resource_table import RESOURCES, find_resource, without_pattern

ROOT = Path(__file__).parents[4]
SOURCE = (ROOT / "provider/console/src/machines/designer/stateKinds.ts").read_text()
PREFIXES = dict(re.findall(r'^const (\w+) = "([^"]+)";$', SOURCE, re.MULTILINE))
AWS = "arn:aws:states:::"
"""A resource of this prefix may have a shorter spelling without it."""


def palette() -> list[str]:
    """The resources of the palette's Task states."""
    found = re.findall(r'\btask\("[^"]+", (?:"([^"]+)"|`\$\{(\w+)\}([^`]+)`)', SOURCE)
    return [resource or PREFIXES[prefix] + rest for resource, prefix, rest in found]


def test_every_task_of_the_palette_is_read():
    assert len(palette()) == SOURCE.count("task(")


@pytest.mark.parametrize("resource", palette())
def test_task_of_the_palette_is_in_the_table(resource):
    row = find_resource(resource)
    assert row is not None
    assert Resource(resource).pattern in row.patterns


@pytest.mark.parametrize("row", RESOURCES, ids=lambda row: row.name)
def test_resource_of_the_table_is_in_the_palette(row):
    offered = [without_pattern(resource) for resource in palette() if find_resource(resource) == row]
    fixed = {form.removeprefix(AWS) for form in row.forms if not re.search("[<…]", form)}
    assert offered
    assert fixed <= {resource.removeprefix(AWS) for resource in offered}


def test_states_of_the_palette_are_those_of_the_language():
    flow = re.search(r'"designerFlow", items: \[([^\]]+)\]', SOURCE)
    assert flow is not None
    assert {*re.findall(r'"(\w+)"', flow[1]), "Task"} == set(STATES)
