"""Invocation: both front ends call resources through this module.

The native front end invokes from the task of a state, the durable one from its own task or from a child run. The front
ends differ only in the origin of a task request and the destination of its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import TimeoutPosix

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, PERMISSIONS, TIMEOUT
from airflow_provider_media.core.statelang.limits import time_limit
from airflow_provider_media.hooks import settings
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from airflow_provider_media.state_machines.resources.task_request import ANSWERED, Invoke, TaskRequest
from airflow_provider_media.state_machines.waits.wait import WaitRequest
from airflow_provider_media.state_machines.waits.waits import Waits, wait_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

__all__ = ["ANSWERED", "Invoke", "TaskRequest", "at_once", "perform"]


def perform(
    operator: BaseOperator,
    request: TaskRequest,
    invocation: InvocationContext,
    *,
    call: Invoke,
    waits: Waits = wait_of,
    event: Mapping[str, Any] | None = None,
) -> Any:
    """Do a task request, and return its result.

    When the task waits for somebody else, this function defers ``operator`` to its method :data:`ANSWERED`. That method
    makes the same task request again and calls this function with the event.

    :param waits: returns how a resource waits; ``None`` for no wait.
    :param event: event that resumed the operator after it deferred.
    :raises StateError: when the task fails or takes too long.
    """
    wait = waits(request.resource)
    try:
        if wait is None:
            return at_once(request, invocation, call)
        asked = WaitRequest(operator=operator, request=request, invocation=with_rights(request, invocation), call=call)
        return wait.begin(asked) if event is None else wait.end(asked, event)
    except TaskFailed as failed:
        raise StateError(failed.error, failed.cause) from failed
    except MediaError as failed:
        raise StateError(failed.code, failed.message) from failed


def at_once(request: TaskRequest, invocation: InvocationContext, call: Invoke) -> Any:
    """Do a task request in this process, without waiting for anybody else.

    :raises TaskFailed: when the task fails.
    :raises StateError: when the task takes too long.
    """
    seconds, late = time_limit(request.timeout_seconds, request.heartbeat_seconds)
    try:
        with _alarm(seconds, late):
            return call(request.resource, request.arguments, request.context, with_rights(request, invocation))
    except AirflowTaskTimeout:
        raise StateError(TIMEOUT, None, also=() if late == TIMEOUT else (HEARTBEAT_TIMEOUT,)) from None


def _alarm(seconds: float | None, late: str) -> AbstractContextManager[Any]:
    """Raise when the time is up.

    Signals work only in the main thread. The thread that waits for another thread checks the clock itself.
    """
    return TimeoutPosix(seconds or 0, late) if current_thread() is main_thread() else nullcontext()


def with_rights(request: TaskRequest, invocation: InvocationContext) -> InvocationContext:
    """Return the same work with the rights of the role in ``Credentials``, if there is one.

    Without a role, the work keeps its own rights.

    :raises TaskFailed: when no connection stands for the role.
    """
    role = request.credentials.get("RoleArn") if isinstance(request.credentials, Mapping) else None
    if role is None:
        return invocation
    connection = settings.role_connections().get(role)
    if connection is None:
        raise TaskFailed(
            PERMISSIONS, f"No connection stands for the role {role}; add it to the option [media] role_connections."
        )
    return replace(invocation, connection=connection)
