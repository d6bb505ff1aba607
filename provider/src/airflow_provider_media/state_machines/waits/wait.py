"""Common parts of all waits: the task begins a wait, defers, and is resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from airflow.sdk import get_current_context

from airflow_provider_media.airflow_contract.records import WaitRecord
from airflow_provider_media.airflow_contract.xcom import WAIT_BEGUN
from airflow_provider_media.core.statelang import StateError
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TIMEOUT
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from airflow_provider_media.state_machines.resources.task_request import ANSWERED, Invoke, TaskRequest

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.triggers.base import BaseTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRequest:
    """A task request with everything that a wait for it needs.

    :param operator: operator that defers.
    :param call: invokes a resource at once, for example to send a message with a token.
    """

    operator: BaseOperator
    request: TaskRequest
    invocation: InvocationContext
    call: Invoke

    @property
    def key(self) -> str:
        """Return the key of the work: the same after the death of a worker, another for each retry of the state."""
        return f"{self.invocation.id}#{self.request.context['State'].get('RetryCount', 0)}"

    def sleep(self, trigger: BaseTrigger) -> NoReturn:
        """Free the worker until the trigger fires."""
        self.operator.defer(trigger=trigger, method_name=ANSWERED)
        raise AssertionError  # pragma: no cover - deferring raises


class Wait(Protocol):
    """One kind of wait.

    An event is only a hint; the outside world has the truth. SQLite reuses the id of a deleted trigger, so the event of
    another task can resume a task. A task that is resumed too early defers again.
    """

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Start the work, and defer.

        :raises TaskFailed: when the work does not start.
        """

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the result, after the task was resumed.

        :param event: event that resumed the task.
        :raises TaskFailed: when the work failed.
        :raises StateError: when the work took too long.
        """


def push_wait(about: Any = None) -> str:
    """Push when the wait began and what it is for, and return the start time in ISO form."""
    since = datetime.now(UTC).isoformat()
    get_current_context()["ti"].xcom_push(key=WAIT_BEGUN, value=WaitRecord(since=since, about=about).to_text())
    return since


def pull_wait() -> WaitRecord:
    """Return the wait that :func:`push_wait` has pushed."""
    return WaitRecord.pulled(left(WAIT_BEGUN))


def left(key: str) -> Any:
    """Return the XCom of this task under a key; ``None`` without one."""
    instance = get_current_context()["ti"]
    return instance.xcom_pull(task_ids=instance.task_id, key=key, map_indexes=instance.map_index)


def has_run_out(since: str, timeout_seconds: float | None) -> bool:
    """Return whether a task has waited up to its time limit.

    :param since: start of the wait, in ISO form.
    :param timeout_seconds: None for no limit.
    """
    waited = datetime.now(UTC) - datetime.fromisoformat(since)
    return timeout_seconds is not None and waited.total_seconds() >= timeout_seconds


def lateness(event: object) -> str | None:
    """Return the limit that an event reports as passed: ``timeout`` or ``heartbeat``.

    Return None for every other event, including that of another task.
    """
    return event.get("late") if isinstance(event, Mapping) else None


def check_time(event: object) -> None:
    """Check whether the task was resumed because its time was up.

    :raises StateError: when it was: ``States.Timeout``, which also covers a missed heartbeat.
    """
    late = lateness(event)
    if late:
        raise StateError(TIMEOUT, None, also=(HEARTBEAT_TIMEOUT,) if late == "heartbeat" else ())
