"""Invocation: both front ends call a resource here.

The native front end calls it from the task of a state, the durable one from its own task or from a child run. They differ only in where
a task request comes from and where its result goes.
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
from airflow_provider_media.operators.states.integrations import InvocationContext
from airflow_provider_media.operators.states.task_request import ANSWERED, Invoke, TaskRequest
from airflow_provider_media.operators.states.waiting.wait import WaitRequest
from airflow_provider_media.operators.states.waiting.waits import Waits, wait_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

__all__ = ["ANSWERED", "Invoke", "TaskRequest", "at_once", "perform"]


def perform(
    operator: BaseOperator,
    order: TaskRequest,
    work: InvocationContext,
    *,
    call: Invoke,
    waits: Waits = wait_of,
    event: Mapping[str, Any] | None = None,
) -> Any:
    """Do what an order says, and give its result.

    Where somebody else is to be waited for, this defers ``operator`` to its method :data:`ANSWERED`, which makes the same order again and
    comes back here with the event.

    :param waits: tells how the order's resource is waited for.
    :param event: what woke the operator, after it has deferred.
    :raises StateError: where it fails or takes too long.
    """
    wait = waits(order.resource)
    try:
        if wait is None:
            return at_once(order, work, call)
        asked = WaitRequest(operator=operator, order=order, work=with_rights(order, work), call=call)
        return wait.begin(asked) if event is None else wait.end(asked, event)
    except TaskFailed as failed:
        raise StateError(failed.error, failed.cause) from failed
    except MediaError as failed:
        raise StateError(failed.code, failed.message) from failed


def at_once(order: TaskRequest, work: InvocationContext, call: Invoke) -> Any:
    """Do what an order says in this process, waiting for nobody else.

    :raises TaskFailed: where it fails.
    :raises StateError: where it takes too long.
    """
    seconds, late = time_limit(order.timeout_seconds, order.heartbeat_seconds)
    try:
        with _alarm(seconds, late):
            return call(order.resource, order.arguments, order.context, with_rights(order, work))
    except AirflowTaskTimeout:
        raise StateError(TIMEOUT, None, also=() if late == TIMEOUT else (HEARTBEAT_TIMEOUT,)) from None


def _alarm(seconds: float | None, late: str) -> AbstractContextManager[Any]:
    """Raise when time is up; in another thread than the main one no signal can, and who waits for that thread looks at the clock."""
    return TimeoutPosix(seconds or 0, late) if current_thread() is main_thread() else nullcontext()


def with_rights(order: TaskRequest, work: InvocationContext) -> InvocationContext:
    """The same work with the rights of the role that the order's ``Credentials`` name; its own where they name none.

    :raises TaskFailed: where no connection stands for the role.
    """
    role = order.credentials.get("RoleArn") if isinstance(order.credentials, Mapping) else None
    if role is None:
        return work
    connection = settings.role_connections().get(role)
    if connection is None:
        raise TaskFailed(PERMISSIONS, f"No connection stands for the role {role}; add it to the option [media] role_connections.")
    return replace(work, connection=connection)
