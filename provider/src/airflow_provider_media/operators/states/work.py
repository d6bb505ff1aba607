"""A task's work: the one place where both front ends have something done.

The native front end asks for it from the task of a state, the durable one from its own task or from a run apart. They differ
in where an order comes from and where its answer goes, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import TimeoutPosix

from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TIMEOUT
from airflow_provider_media.operators.states.integrations import Work

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

Invoke = Callable[[str, Any, Any, Work], Any]
"""Does the work of a resource at once: resource, arguments, context object, :class:`Work`."""
ANSWERED = "answered"
"""Name of the method, of every operator that has work done, with which it goes on after it has deferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
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


def perform(operator: BaseOperator, order: Order, work: Work, *, call: Invoke, event: Any = None) -> Any:  # noqa: ARG001  for waits
    """Do what an order says, and give its result.

    Where somebody else is to be waited for, this defers ``operator`` to its method :data:`ANSWERED`, which makes the same order again and
    comes back here with the event.

    :raises StateError: where it fails or takes too long.
    """
    seconds, late = _limit(order)
    try:
        with TimeoutPosix(seconds or 0, late.error or ""):
            return call(order.resource, order.arguments, order.context, work)
    except AirflowTaskTimeout:
        raise late from None
    except TaskFailed as failed:
        raise StateError(failed.error, failed.cause) from failed


def _limit(order: Order) -> tuple[float | None, StateError]:
    """Seconds that the work may take, and the error when it takes longer; one that never answers has missed its first heartbeat."""
    timeout, heartbeat = order.timeout_seconds, order.heartbeat_seconds
    if heartbeat is not None and (timeout is None or heartbeat < timeout):
        return heartbeat, StateError(TIMEOUT, None, also=(HEARTBEAT_TIMEOUT,))
    return timeout, StateError(TIMEOUT, None)
