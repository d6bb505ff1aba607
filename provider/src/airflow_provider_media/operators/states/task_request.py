"""TaskRequest: what a Task state asks a resource to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.operators.states.integrations import InvocationContext

Invoke = Callable[[str, Any, Any, InvocationContext], Any]
"""Invokes a resource: its name, the arguments, the context object, and the invocation's context."""
ANSWERED = "answered"
"""Name of the method, of every operator that has work done, with which it goes on after it has deferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """What is to be done.

    :param resource: the task's resource, ARN or QRN.
    :param arguments: its input.
    :param context: the context object, with the token where somebody else answers.
    :param timeout_seconds: within which it must be done; ``None`` for no limit.
    :param heartbeat_seconds: within which it must give a sign of life, again and again; ``None`` for no limit.
    :param credentials: whose rights it is done with, or ``None``.
    """

    resource: str
    arguments: Any
    context: Mapping[str, Any]
    timeout_seconds: float | None = None
    heartbeat_seconds: float | None = None
    credentials: Any = None
