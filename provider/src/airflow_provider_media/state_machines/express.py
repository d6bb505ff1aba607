"""Express machines: a whole execution in one process, at least once, within five minutes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.airflow_contract.xcom import ERROR
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.statelang import Execution, Machine, StateError, TaskFailed, execute, parse
from airflow_provider_media.core.statelang.errors import TASK_FAILED
from airflow_provider_media.state_machines.native.state import error_text
from airflow_provider_media.state_machines.resources.integrations import invoke, is_media
from airflow_provider_media.state_machines.resources.invocation_context import CONNECTION, InvocationContext
from airflow_provider_media.state_machines.resources.task_request import Invoke

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)


def run_express(
    machine: Machine,
    value: Any,
    *,
    name: str | None,
    connection: str = CONNECTION,
    call: Invoke = invoke,
    cancelled: Callable[[], bool] = lambda: False,
) -> Execution:
    """Run an express machine to its end in this process.

    :param value: input of the execution.
    :param name: name of the execution.
    :param connection: id of the connection whose rights the tasks have.
    :param call: invokes the resources of tasks.
    :param cancelled: polled often; True stops the running tools.
    """

    def do(resource: str, arguments: Any, context: Mapping[str, Any]) -> Any:
        # A retry of the same work in the same execution finds the finished parts under the same id.
        work_id = f"express-{digest([context['Execution']['Id'], context['State']['Name'], resource, arguments])[:16]}"
        try:
            return call(
                resource, arguments, context, InvocationContext(id=work_id, cancelled=cancelled, connection=connection)
            )
        except TaskFailed:
            raise
        except Exception as error:
            log.exception("%s failed", resource)
            raise TaskFailed(TASK_FAILED, f"{type(error).__name__}: {error}") from error

    return execute(machine, value, invoke=do, name=name, express=True)


class ExpressOperator(BaseOperator):
    """Run an express machine, and return its output.

    :param definition: the state machine; after the death of a worker the execution starts again from the beginning.
    :param connection: id of the connection whose rights the tasks have.
    :param call: invokes the resources of tasks.
    """

    template_fields: Sequence[str] = ()
    ui_color = "#e3f2fd"

    def __init__(
        self, *, definition: Mapping[str, Any], connection: str = CONNECTION, call: Invoke = invoke, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.definition = definition
        self.connection = connection
        self.call = call
        self.cancelled = False
        # The result of this task is the result of the DAG run.
        self.returns_dag_result = True

    def on_kill(self) -> None:
        """Stop the running tools."""
        self.cancelled = True

    def execute(self, context: Context) -> Any:
        """Return the output of the machine.

        :raises AirflowFailException: with the error and the cause of the execution.
        """
        run = context["dag_run"]
        ended = run_express(
            parse(self.definition),
            run.conf or {},
            name=run.run_id,
            connection=self.connection,
            call=self.call,
            cancelled=lambda: self.cancelled,
        )
        if ended.status == "SUCCEEDED":
            return ended.output
        context["ti"].xcom_push(key=ERROR, value={"Error": ended.error, "Cause": ended.cause, "Status": ended.status})
        raise AirflowFailException(error_text(StateError(ended.error, ended.cause)))


def not_here(resource: str, arguments: Any, context: Mapping[str, Any], invocation: InvocationContext) -> Any:
    """Do a task's work in an API server, which calls other services and leaves media work to workers.

    :raises TaskFailed: when the resource is media work, or when the call fails.
    """
    if is_media(resource):
        raise TaskFailed("States.Runtime", f"{resource} works on a worker; start an asynchronous execution instead.")
    return invoke(resource, arguments, context, invocation)
