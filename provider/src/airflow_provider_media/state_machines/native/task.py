"""TaskStateOperator: a Task state, whose work a resource does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.statelang import State, View
from airflow_provider_media.core.statelang.definition.states import TaskState
from airflow_provider_media.core.statelang.engine.one_state import after_result, effective_input
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.operators.output import attempt_free_id
from airflow_provider_media.state_machines.native.state import StateOperator
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.invocation import perform
from airflow_provider_media.state_machines.resources.invocation_context import CONNECTION, InvocationContext
from airflow_provider_media.state_machines.resources.task_request import Invoke, TaskRequest
from airflow_provider_media.state_machines.waits.tokens import token_here
from airflow_provider_media.state_machines.waits.wait import pull_wait
from airflow_provider_media.state_machines.waits.waits import Waits, wait_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class TaskStateOperator(StateOperator):
    """Run a Task state, and return its output.

    :param call: invokes the resource, with resource, arguments, context object and :class:`InvocationContext`.
    :param waits: returns how a resource waits; ``None`` for no wait.
    :param connection: id of the connection whose rights the task has.
    """

    def __init__(
        self, *, call: Invoke = invoke, waits: Waits = wait_of, connection: str = CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.call = call
        self.waits = waits
        self.connection = connection
        self.cancelled = False

    def on_kill(self) -> None:
        """Stop the running tools."""
        self.cancelled = True

    def answered(self, context: Context, event: Any = None) -> Any:
        """Continue after the wait for somebody else's work, finished or not."""
        parcel, state = self.entered(context)
        return self.exit_state(context, state, parcel, at=datetime.fromisoformat(pull_wait().since), event=event or {})

    def transition(self, context: Context, state: State, view: View, event: Any) -> Transition:
        """Return the state's transition with the result of its work.

        :raises StateError: when the state fails.
        """
        assert isinstance(state, TaskState)  # the factory gives it no other
        invocation = InvocationContext(
            id=attempt_free_id(context), cancelled=lambda: self.cancelled, connection=self.connection
        )
        if state.resource.is_answered:
            attempt = view.context["State"]["RetryCount"] + 1
            # A token that no task waits for opens nothing, and needs no secret.
            token = token_here(attempt) if self.waits(state.resource.text) else f"{invocation.id}#{attempt}"
            view = replace(view, context={**view.context, "Task": {"Token": token}})
        return after_result(
            state, view, perform(self, _request(state, view), invocation, call=self.call, waits=self.waits, event=event)
        )


def _request(state: TaskState, view: View) -> TaskRequest:
    timeout, heartbeat = state.limits(view)
    return TaskRequest(
        resource=state.resource.text,
        arguments=effective_input(state, view),
        context=view.context,
        timeout_seconds=timeout,
        heartbeat_seconds=heartbeat,
        credentials=state.credentials.evaluate(view, "Credentials") if state.credentials is not None else None,
    )
