"""The reference page's table of resources is made from the table that tasks call by.

``UPDATE_GOLDEN=1`` writes the table.
"""

import os
import re
from pathlib import Path

from airflow_provider_media.state_machines.resources import media
from airflow_provider_media.state_machines.resources.resource_table import RESOURCES
from airflow_provider_media.state_machines.resources.task_resource import ALONE, TaskResource

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "state-language.md"
BLOCK = re.compile(r"<!-- generated: resources -->\n.*?\n<!-- end -->", re.DOTALL)


def table() -> str:
    """A line for each row: its forms, its integration patterns, and what a task gets."""
    rows = [
        f"| {', '.join(f'`{form}`' for form in row.forms)} | {_patterns(row)} | {row.summary} |" for row in RESOURCES
    ]
    return "\n".join(["| resource | patterns | what a task gets |", "|---|---|---|", *rows])


def _patterns(row: TaskResource) -> str:
    alone = "request and response" if row.call is not None else "waits"
    return ", ".join(alone if pattern == ALONE else f"`{pattern}`" for pattern in row.patterns)


def test_table_of_resources_is_what_the_code_says():
    made = f"<!-- generated: resources -->\n{table()}\n<!-- end -->"
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(BLOCK.sub(lambda _: made, PAGE.read_text()))
    found = BLOCK.search(PAGE.read_text())
    assert found
    assert found.group() == made


def test_table_of_resources_has_every_media_operation():
    forms = {form for row in RESOURCES for form in row.forms}
    assert {f"{media.PREFIX}{name}" for name in media.OPERATIONS} <= forms
