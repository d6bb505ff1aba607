"""MachineExecutionOperator: a whole execution in one task, for machines that a graph of tasks cannot express."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import (  # type: ignore[attr-defined]  # airflow/sdk/__init__.pyi forgets NEVER_EXPIRE
    NEVER_EXPIRE,
    BaseOperator,
)
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.airflow_contract.xcom import ERROR
from airflow_provider_media.core.statelang import StartTask, StateError, TaskFailed, to_json
from airflow_provider_media.core.statelang.durable import Driver, Journal, Waiting
from airflow_provider_media.core.statelang.engine.execution_result import Execution
from airflow_provider_media.core.statelang.errors import TASK_FAILED
from airflow_provider_media.hooks import runs
from airflow_provider_media.links import ExecutionLink, execution_url
from airflow_provider_media.operators.output import attempt_free_id
from airflow_provider_media.state_machines.native.event_log import log_events
from airflow_provider_media.state_machines.native.passing import start_of_run
from airflow_provider_media.state_machines.resources.child_run_task import ChildRuns, Where, dag_of, error_name
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.invocation import at_once
from airflow_provider_media.state_machines.resources.invocation_context import CONNECTION, InvocationContext
from airflow_provider_media.state_machines.resources.task_request import Invoke, TaskRequest

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.execution_time.context import TaskStateStoreAccessor


STOP_SECONDS = 3.0
"""Seconds that a killed task gives its calls to end; Airflow kills the process after five."""


class MachineExecutionOperator(BaseOperator):
    """Drive an execution to its end, and wait in the triggerer whenever there is nothing to do.

    The journal lies in Airflow's task state store, which outlives deferrals, retries and clears. Clearing the failed
    task is a redrive: the execution continues from the state that failed.

    :param definition: the state machine; an execution keeps the definition that it began with.
    :param call: invokes the resources of tasks.
    :param where: maps a resource to the DAG of its child runs.
    :param connection: id of the connection whose rights the tasks have.
    """

    template_fields: Sequence[str] = ()
    operator_extra_links = (ExecutionLink(),)
    ui_color = "#e3f2fd"

    def __init__(
        self,
        *,
        definition: Mapping[str, Any],
        call: Invoke = invoke,
        where: Where = dag_of,
        connection: str = CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.definition = definition
        self.call = call
        self.where = where
        self.connection = connection
        self.cancelled = False
        # The result of this task is the result of the DAG run.
        self.returns_dag_result = True

    def on_kill(self) -> None:
        """Stop the running tools; child runs notice by themselves that their execution has ended."""
        self.cancelled = True

    def execute(self, context: Context) -> Any:
        """Return the output of the machine."""
        run = context["dag_run"]
        # Airflow stores links when a task has ended, but people want to look before that.
        context["ti"].xcom_push(key=ExecutionLink().xcom_key, value=execution_url(run.dag_id, run.run_id))
        return self.resume(context)

    def resume(self, context: Context, event: Any = None) -> Any:
        """Advance the execution as far as possible; then return its output, fail, or defer."""
        from airflow_provider_media.triggers.execution import ExecutionTrigger

        driver = self.driver(context)
        known = len(driver.run.events)
        try:
            found = driver.advance()
        finally:
            if self.cancelled:
                driver.calls.let_end(STOP_SECONDS)
        log_events(self.log, driver.run.events[known:])
        if isinstance(found, Waiting):
            if found.held_back:
                self.log.info(
                    "%d tasks wait until one of %d runs has ended: [media] state_machine_runs",
                    found.held_back,
                    len(found.runs),
                )
            until = found.until.isoformat() if found.until else None
            trigger = ExecutionTrigger(until, found.runs, conf.getfloat("media", "slot_poll_seconds"))
            self.defer(trigger=trigger, method_name=self.resume.__name__)
        return _answer(context, found)

    def driver(self, context: Context) -> Driver:
        """Return the driver of the execution from its journal; without a journal, begin a new execution."""
        clears = context["dag_run"].clear_number or 0
        journal = Journal(_Kept(store=context["task_state_store"]))
        if journal.head is None:
            journal.begin(
                {"start": to_json(start_of_run(context)), "definition": dict(self.definition), "clears": clears}
            )
        driver = Driver(
            journal,
            does=lambda task: self.does(context, task, wanted=lambda: task.id in driver.run.tasks),
            children=ChildRuns(context=context, where=self.where, connection=self.connection),
            max_child_runs=conf.getint("media", "state_machine_runs"),
            most_here=conf.getint("media", "state_machine_calls") if runs.takes_threads() else 1,
        )
        driver.redrive(clears)
        return driver

    def does(self, context: Context, task: StartTask, wanted: Callable[[], bool]) -> Any:
        """Do a task in this process.

        :param wanted: returns whether the execution still waits for the task.
        :raises TaskFailed: when the task fails for any reason.
        """
        invocation = InvocationContext(
            id=f"{attempt_free_id(context)}{task.id}",
            cancelled=lambda: self.cancelled or not wanted(),
            connection=self.connection,
        )
        request = TaskRequest(**{part: getattr(task, part) for part in TaskRequest.__dataclass_fields__})
        try:
            return at_once(request, invocation, self.call)
        except TaskFailed:
            raise
        except StateError as failed:
            raise TaskFailed(error_name(failed), failed.cause) from failed
        except Exception as error:
            self.log.exception("%s failed", task.resource)
            raise TaskFailed(TASK_FAILED, f"{type(error).__name__}: {error}") from error


def _answer(context: Context, ended: Execution) -> Any:
    if ended.status == "SUCCEEDED":
        return ended.output
    context["ti"].xcom_push(key=ERROR, value={"Error": ended.error, "Cause": ended.cause, "Status": ended.status})
    raise AirflowFailException(
        f"{ended.status}: {ended.error or 'an error without a name'}: {ended.cause or 'no cause was given'}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Airflow's task state store as the store of a journal. No value expires, because an execution may take a year."""

    store: TaskStateStoreAccessor

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key."""
        return self.store.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Store a value under a key."""
        self.store.set(key, value, retention=NEVER_EXPIRE)

    def delete(self, key: str) -> None:
        """Delete a key."""
        self.store.delete(key)
