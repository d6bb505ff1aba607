"""What every wait has in common: it begins, the task sleeps, and somebody or something wakes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from airflow.sdk import get_current_context

from airflow_provider_media.core.statelang import StateError
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TIMEOUT
from airflow_provider_media.core.statelang.tokens import WAITING
from airflow_provider_media.operators.states.integrations import InvocationContext
from airflow_provider_media.operators.states.task_request import ANSWERED, Invoke, TaskRequest

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.triggers.base import BaseTrigger


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRequest:
    """An order, and who is to see to it.

    :param operator: sleeps.
    :param call: does work at once, such as sending a message with a token.
    """

    operator: BaseOperator
    order: TaskRequest
    work: InvocationContext
    call: Invoke

    @property
    def key(self) -> str:
        """What the work is told by: the same when a worker has died, another when the state is tried again."""
        return f"{self.work.id}#{self.order.context['State'].get('RetryCount', 0)}"

    def sleep(self, trigger: BaseTrigger) -> NoReturn:
        """Give the worker back until the trigger fires."""
        self.operator.defer(trigger=trigger, method_name=ANSWERED)
        raise AssertionError  # pragma: no cover - deferring raises


class Wait(Protocol):
    """One kind of wait.

    An event is a hint, and the outside world is the truth: SQLite gives the id of a deleted trigger to the next one, so that a task can be
    resumed by the event of another. A task that is resumed too early defers again.
    """

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Have the work begun, and sleep.

        :raises TaskFailed: where it does not begin.
        """

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """The result, once the task was woken.

        :param event: what woke it.
        :raises TaskFailed: where the work failed.
        :raises StateError: where it took too long.
        """


def push_wait(about: Any = None) -> str:
    """Leave, with the task, since when it waits and for what; the answer is the moment in ISO form."""
    since = datetime.now(UTC).isoformat()
    # As text: what others have written must never be read as anything but JSON.
    get_current_context()["ti"].xcom_push(key=WAITING, value=json.dumps({"since": since, "about": about}))
    return since


def pull_wait() -> dict[str, Any]:
    """What :func:`remember` has left."""
    pushed: dict[str, Any] = json.loads(left(WAITING))
    return pushed


def left(key: str) -> Any:
    """What was left with this task; ``None`` where nothing was."""
    instance = get_current_context()["ti"]
    return instance.xcom_pull(task_ids=instance.task_id, key=key, map_indexes=instance.map_index)


def has_run_out(since: str, timeout_seconds: float | None) -> bool:
    """Whether a task has waited for as long as it may.

    :param since: when it began to wait, in ISO form.
    :param timeout_seconds: None for no limit.
    """
    waited = datetime.now(UTC) - datetime.fromisoformat(since)
    return timeout_seconds is not None and waited.total_seconds() >= timeout_seconds


def lateness(event: object) -> str | None:
    """What an event says was too late: ``timeout`` or ``heartbeat``; None for every other event, that of another task included."""
    return event.get("late") if isinstance(event, Mapping) else None


def check_time(event: object) -> None:
    """See whether a task was resumed because its time was up.

    :raises StateError: where it was: ``States.Timeout``, which a missed heartbeat is as well.
    """
    late = lateness(event)
    if late:
        raise StateError(TIMEOUT, None, also=(HEARTBEAT_TIMEOUT,) if late == "heartbeat" else ())
