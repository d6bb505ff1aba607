"""Child runs: an execution does media work and waits in runs of other DAGs, media work in the media pool.

The execution starts a child run and waits for its end. The child run asks whether its execution still waits; an orphan
stops. So no process has to reach the child run, and the child run stops even when the execution was killed.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.airflow_contract.run_ids import child_run_id
from airflow_provider_media.airflow_contract.run_states import ENDED, NOT_FAILED
from airflow_provider_media.airflow_contract.xcom import ANSWER, ORPHANED
from airflow_provider_media.core.dag_ids import STATE_TASK, STATE_WAIT, machine_of_dag
from airflow_provider_media.core.statelang import StartTask, StateError, TaskFailed
from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TASK_FAILED
from airflow_provider_media.core.task_ids import CHILD_TASK
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.signing import sign
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.output import attempt_free_id
from airflow_provider_media.operators.signed_confs import trusted_task_conf
from airflow_provider_media.state_machines.resources.integrations import invoke, is_media
from airflow_provider_media.state_machines.resources.invocation import perform
from airflow_provider_media.state_machines.resources.invocation_context import CONNECTION, InvocationContext
from airflow_provider_media.state_machines.resources.task_request import Invoke, TaskRequest
from airflow_provider_media.state_machines.waits.tokens import token_here
from airflow_provider_media.state_machines.waits.waits import wait_of
from airflow_provider_media.triggers.ends import Ends
from airflow_provider_media.triggers.orphans import OrphanTrigger, is_awaited

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0

Where = Callable[[str], str | None]
"""Maps a resource to the DAG of its child runs; ``None`` where the execution does the task itself."""


def dag_of(resource: str) -> str | None:
    """Return the DAG for a resource's tasks: media work and waits need a child run, a plain call does not."""
    if wait_of(resource) is not None or Resource(resource).has_token:
        return STATE_WAIT
    return STATE_TASK if is_media(resource) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRuns:
    """Child runs for the tasks of one execution; their names are ``<DAG>/<run>``.

    :param context: context of the execution's task.
    :param where: maps a resource to the DAG of its child runs.
    :param connection: id of the connection whose rights the tasks have.
    """

    context: Context
    where: Where
    connection: str = CONNECTION

    def name(self, task: StartTask, redrives: int) -> str | None:
        """Return the name of the child run for a task; ``None`` where the execution does the task itself."""
        dag_id = self.where(task.resource)
        if dag_id is None:
            return None
        run = self.context["dag_run"]
        return f"{dag_id}/{child_run_id(run.dag_id, run.run_id, task.id, redrives, machine=machine_of_dag(run.dag_id))}"

    def start(self, name: str, task: StartTask) -> None:
        """Start a child run, unless it exists."""
        dag_id, run_id = name.split("/")
        run = self.context["dag_run"]
        request = {part: getattr(task, part) for part in TaskRequest.__dataclass_fields__}
        execution = {"dag_id": run.dag_id, "run_id": run.run_id, "task_id": self.context["ti"].task_id}
        conf = {"request": request, "execution": execution, "task": task.id, "connection": self.connection}
        runs.start_run(dag_id, run_id, conf=sign(conf, dag_id=dag_id, run_id=run_id))

    def ended(self, names: Sequence[str]) -> Collection[str]:
        """Return the runs that have ended or that somebody has deleted."""
        return self._found(names, ENDED) | (set(names) - self._found(names, ()))

    def alive(self, names: Sequence[str]) -> Collection[str]:
        """Return the runs that have not failed."""
        return self._found(names, NOT_FAILED)

    def answer(self, name: str) -> Any:
        """Return the output of a task.

        :raises TaskFailed: when the task failed.
        """
        dag_id, run_id = name.split("/")
        pushed = runs.pull(dag_id, run_id, CHILD_TASK, ANSWER)
        if pushed is None:
            raise TaskFailed(
                TASK_FAILED, f"The run {run_id} of {dag_id} ended without an answer; its log may tell why."
            )
        if "output" not in pushed:
            raise TaskFailed(pushed["Error"], pushed["Cause"])
        return pushed["output"]

    def orphans(self, names: Sequence[str]) -> None:
        """Push the names of orphans as an XCom; the child runs look for it."""
        self.context["ti"].xcom_push(key=ORPHANED, value=list(names))

    def _found(self, names: Sequence[str], states: Sequence[str]) -> set[str]:
        by_dag: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            dag_id, run_id = name.split("/")
            by_dag[dag_id].append(run_id)
        found: set[str] = set()
        for dag_id, run_ids in by_dag.items():
            found |= {f"{dag_id}/{run}" for run in Ends().find(dag_id, run_ids, states)}
        return found


class ChildRunTaskOperator(BaseOperator):
    """Do one task of an execution, which waits for the end of this run.

    :param call: invokes the resource.
    """

    template_fields: Sequence[str] = ()

    def __init__(self, *, call: Invoke = invoke, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.call = call
        self.cancelled = False

    def on_kill(self) -> None:
        """Stop the running tools."""
        self.cancelled = True

    def execute(self, context: Context) -> Any:
        """Return the output of the task."""
        return self.answered(context)

    def answered(self, context: Context, event: Any = None) -> Any:
        """Do the task, at the start or after a wait."""
        with airflow_failures():
            asked = trusted_task_conf(context)
        watch = OrphanCheck(execution=asked["execution"], name=f"{self.dag_id}/{context['run_id']}")
        if watch.is_orphaned():
            raise AirflowFailException("The execution does not wait for this task any more.")
        invocation = InvocationContext(
            id=attempt_free_id(context),
            cancelled=lambda: self.cancelled or watch.is_orphaned(),
            connection=asked["connection"],
        )
        try:
            output = perform(
                self, _with_token(TaskRequest(**asked["request"])), invocation, call=self.call, event=event
            )
        except StateError as failed:
            context["ti"].xcom_push(key=ANSWER, value={"Error": error_name(failed), "Cause": failed.cause})
            raise AirflowFailException(f"{failed.error}: {failed.cause}") from failed
        except TaskDeferred as deferred:
            deferred.trigger = OrphanTrigger(deferred.trigger.serialize(), watch.execution, watch.name)
            raise
        context["ti"].xcom_push(key=ANSWER, value={"output": output})
        return output


def _with_token(request: TaskRequest) -> TaskRequest:
    """Return the task request with the token of the run that waits, instead of the language's placeholder."""
    stand_in = request.context.get("Task", {}).get("Token")
    if stand_in is None or not Resource(request.resource).is_answered:
        return request
    token = token_here(1)
    return replace(
        request,
        arguments=_replaced(request.arguments, stand_in, token),
        context=_replaced(request.context, stand_in, token),
    )


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, Mapping):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    return [_replaced(item, old, new) for item in value] if isinstance(value, list) else value


def error_name(error: StateError) -> str | None:
    """Return the error name that the execution gets; the execution itself knows what else the name matches."""
    return HEARTBEAT_TIMEOUT if HEARTBEAT_TIMEOUT in error.also else error.error


@dataclass(slots=True, kw_only=True)
class OrphanCheck:
    """Asks from time to time whether an execution still waits for a run.

    :param execution: ``dag_id``, ``run_id`` and ``task_id`` of the execution.
    :param name: name of the run.
    """

    execution: Mapping[str, str]
    name: str
    _look_at: float = field(default=0.0)
    _is_orphaned: bool = False

    def is_orphaned(self) -> bool:
        """Return whether the run is an orphan; cheap enough for frequent calls."""
        if not self._is_orphaned and monotonic() >= self._look_at:
            try:
                self._is_orphaned = not is_awaited(name=self.name, **self.execution)
            except Exception:
                # The API server may be unavailable for a while; that is no reason to stop any work.
                log.exception("Cannot ask whether %s is still wanted; asking again.", self.name)
            self._look_at = monotonic() + LOOK_SECONDS
        return self._is_orphaned
