"""Answers of the table of resources: whether a task can call a resource, what a call does, and where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.state_machines.resources import media
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from airflow_provider_media.state_machines.resources.resource_table import all_resources, find_resource, without_pattern


def objection(resource: str) -> str | None:
    """Return why a task cannot have a resource; ``None`` where it can."""
    row = find_resource(resource)
    if row is None:
        return f"{resource} does not exist; there are {', '.join(_alike(resource))}."
    pattern = Resource(resource).pattern
    if pattern not in row.patterns:
        allowed = " or ".join(each or "nothing" for each in row.patterns)
        name = without_pattern(resource)
        return f"{name} cannot be called with {pattern or 'nothing'} at its end; allowed is {allowed}."
    return None


def _alike(resource: str) -> list[str]:
    """Return the forms of resources that begin with the same scheme, such as ``media:``; all forms where none does."""
    forms = list(chain.from_iterable(row.forms for row in all_resources()))
    scheme = resource.partition(":")[0]
    return list(dict.fromkeys(form for form in forms if form.partition(":")[0] == scheme)) or list(dict.fromkeys(forms))


def is_media(resource: str) -> bool:
    """Return whether a resource may be media work, which belongs on workers and in the media pool."""
    row = find_resource(resource)
    # A media operation that does not exist fails where it would work.
    return resource.startswith(media.PREFIX) if row is None else row.is_media


def invoke(resource: str, arguments: Any, context: Mapping[str, Any], invocation: InvocationContext) -> Any:
    """Invoke a resource for request and response.

    :raises TaskFailed: when the call fails, with the code of the media error or the service's name of the error.
    """
    row = find_resource(resource)
    problem = objection(resource)
    if problem is not None or row is None:
        raise TaskFailed("States.Runtime", problem)
    if row.call is None or Resource(resource).pattern:
        raise TaskFailed("States.Runtime", f"{resource} is waited for, which this execution cannot: {row.summary}.")
    try:
        return row.call(resource, arguments, context, invocation)
    except MediaError as error:
        raise TaskFailed(error.code, error.message) from error
