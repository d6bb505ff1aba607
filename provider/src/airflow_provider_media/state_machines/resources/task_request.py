"""TaskRequest: a Task state's request to a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

Invoke = Callable[[str, Any, Any, InvocationContext], Any]
"""Invokes a resource.

Its arguments are the resource's name, the arguments, the context object and the invocation context.
"""
ANSWERED = "answered"
"""Name of the method with which every operator that calls resources continues after it has deferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """A task's request to a resource.

    :param resource: the task's resource, an ARN or a QRN.
    :param arguments: input of the task.
    :param context: the context object, with the task token where somebody else answers.
    :param timeout_seconds: seconds within which the task must end; ``None`` for no limit.
    :param heartbeat_seconds: longest time in seconds between two heartbeats; ``None`` for no limit.
    :param credentials: the role whose rights the task has, or ``None``.
    """

    resource: str
    arguments: Any
    context: Mapping[str, Any]
    timeout_seconds: float | None = None
    heartbeat_seconds: float | None = None
    credentials: Any = None
