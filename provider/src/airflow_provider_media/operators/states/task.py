"""TaskStateOperator: a state that has something done by a resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import TimeoutPosix

from airflow_provider_media.core.statelang import State, StateError, TaskFailed, View
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TIMEOUT
from airflow_provider_media.core.statelang.one_state import after_result, effective_input
from airflow_provider_media.core.statelang.states import TaskState
from airflow_provider_media.operators.output import attempt_free_id
from airflow_provider_media.operators.states.integrations import Work, invoke
from airflow_provider_media.operators.states.state import StateOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

Invoke = Callable[[str, Any, Any, Work], Any]


class TaskStateOperator(StateOperator):
    """Do a task's work in this process, and answer with the state's output.

    :param call: does the work, called with resource, arguments, context object and :class:`Work`.
    """

    def __init__(self, *, call: Invoke = invoke, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.call = call
        self.cancelled = False

    def on_kill(self) -> None:
        """End running tools."""
        self.cancelled = True

    def transition(self, context: Context, state: State, view: View, event: Any) -> Transition:
        """Where the state goes with the result of its work.

        :raises StateError: where it fails.
        """
        assert isinstance(state, TaskState)  # noqa: S101  the factory gives it no other
        work = Work(id=attempt_free_id(context), cancelled=lambda: self.cancelled)
        arguments = effective_input(state, view)
        seconds, late = _limit(state, view)
        try:
            with TimeoutPosix(seconds or 0, late.error or ""):
                result = self.call(state.resource.text, arguments, view.context, work)
        except AirflowTaskTimeout:
            raise late from None
        except TaskFailed as failed:
            raise StateError(failed.error, failed.cause) from failed
        return after_result(state, view, result)


def _limit(state: TaskState, view: View) -> tuple[float | None, StateError]:
    """Seconds that the work may take, and the error when it takes longer; one that never answers has missed its first heartbeat."""
    timeout, heartbeat = state.limits(view)
    if heartbeat is not None and (timeout is None or heartbeat < timeout):
        return heartbeat, StateError(TIMEOUT, None, also=(HEARTBEAT_TIMEOUT,))
    return timeout, StateError(TIMEOUT, None)
