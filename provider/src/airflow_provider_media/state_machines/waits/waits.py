"""Waits of the table of resources: which resource waits, and for what."""

from __future__ import annotations

from collections.abc import Callable

from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.state_machines.resources.resource_table import find_resource
from airflow_provider_media.state_machines.resources.task_resource import TOKEN
from airflow_provider_media.state_machines.waits.tokens import MESSAGE
from airflow_provider_media.state_machines.waits.wait import Wait

Waits = Callable[[str], Wait | None]
"""Maps a resource to its wait; ``None`` where the work is done at once."""


def wait_of(resource: str) -> Wait | None:
    """Return the wait of a resource; ``None`` where the work is done at once."""
    pattern = Resource(resource).pattern
    if pattern == TOKEN:
        return MESSAGE
    row = find_resource(resource)
    return None if row is None else row.waits.get(pattern)
