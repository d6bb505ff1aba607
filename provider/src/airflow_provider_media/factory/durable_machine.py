"""A state machine as a DAG with one task that drives it, and the DAGs of the child runs of such executions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.sdk.configuration import conf

from airflow_provider_media.core.dag_ids import STATE_STOP, STATE_TASK, STATE_WAIT
from airflow_provider_media.core.statelang import Machine
from airflow_provider_media.core.task_ids import CHILD_TASK, RESULT
from airflow_provider_media.core.workflows.machine_options import MachineSettings
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.factory.schedules import EPOCH, timetable
from airflow_provider_media.state_machines.native.execution import MachineExecutionOperator
from airflow_provider_media.state_machines.native.state import DefinedRetryPolicy
from airflow_provider_media.state_machines.resources.child_run_task import ChildRunTaskOperator, dag_of
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.task_request import Invoke

LOST_WORKERS = 2
"""Retries besides those of ``Retry``, for tasks whose worker died: Airflow cannot ask a retry policy then."""
RESUMPTIONS = 100
"""How often an execution is resumed after its worker died, or while Airflow's API does not answer."""
RUNS = 10_000
"""Most concurrent runs: an execution may wait for a year, and must not block other runs."""
STOPS = """
One run has another run ended: that of an execution, a workflow or a job for which a state has waited until its
`TimeoutSeconds` were over. The conf names it. Its task does nothing; the scheduler ends the other run with this one.
A run that was started by hand ends nothing.
"""
DOCUMENTATION = """
One run does one task of a state machine's execution, which waits for its end. The run's conf tells what is done
and for which execution; the run ends when its execution does.
"""


def durable_dag(
    dag_id: str,
    machine: Machine,
    definition: Mapping[str, Any],
    *,
    reason: str,
    call: Invoke,
    how: MachineSettings,
    since: datetime | None = None,
) -> DAG:
    """Return the DAG of a machine that one task drives.

    :param reason: why a graph of tasks cannot express the machine.
    :param call: invokes the resources of tasks. A function other than this package's own does all work in the same
        task.
    :param how: settings from the file beside the machine.
    :param since: when that file appeared.
    """
    with DAG(
        dag_id=dag_id,
        doc_md=documentation(
            machine, f"One task drives the machine, and the link *Execution* shows its states: {reason}"
        ),
        max_active_runs=RUNS,
        schedule=timetable(how.schedule, how.timezone),
        **common(machine, how, since),
    ) as dag:
        MachineExecutionOperator(**execution_arguments(definition, call, how))
    return dag


def execution_arguments(definition: Mapping[str, Any], call: Invoke, how: MachineSettings) -> dict[str, Any]:
    """Return the arguments of the task that drives a machine."""
    return {
        "task_id": RESULT,
        "task_display_name": "execution",
        "definition": definition,
        "call": call,
        "where": dag_of if call is invoke else _nowhere,
        "connection": how.connection,
        "retries": RESUMPTIONS,
        "retry_delay": timedelta(seconds=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
        "weight_rule": "absolute",
    }


def common(machine: Machine, how: MachineSettings, since: datetime | None) -> dict[str, Any]:
    """Return the DAG arguments common to all state machines.

    :param since: when the file with the schedule appeared; the schedule does not apply to earlier times.
    """
    return {
        "description": machine.comment or None,
        "start_date": (since or EPOCH) if how.schedule else None,
        "catchup": False,
        "tags": ["media", "state-machine", *how.tags],
        # A DAG file names its own DAGs. Airflow would also add DAGs of machines that were only checked or are replaced.
        "auto_register": False,
    }


def documentation(machine: Machine, why: str) -> str:
    """Return the documentation of a state machine in Airflow's UI, in Markdown.

    :param why: why the machine has this kind of DAG.
    """
    how = "The run's conf is the input; the answer of `result` is the output, or its failure tells error and cause."
    return "\n\n".join(text for text in (machine.comment, f"{why} {how}") if text)


def child_run_dags(call: Invoke = invoke) -> dict[str, DAG]:
    """Return, by id, the DAGs of child runs, and the DAG that ends runs over their time limit.

    :param call: function that does the work of a task.
    """
    queue = conf.get("media", "queue")
    media = _child_run_dag(STATE_TASK, call, pool=conf.get("media", "pool"), **({"queue": queue} if queue else {}))
    return {
        STATE_TASK: media,
        STATE_WAIT: _child_run_dag(STATE_WAIT, call, pool="default_pool"),
        STATE_STOP: _stopping_dag(),
    }


def _stopping_dag() -> DAG:
    with DAG(
        dag_id=STATE_STOP,
        dag_display_name="Media state machines: ends what waited too long",
        description="Ends runs for which a state has waited too long",
        doc_md=STOPS,
        schedule=None,
        max_active_runs=RUNS,
        **PLUMBING,
    ) as dag:
        # The scheduler ends an EmptyOperator without a worker.
        EmptyOperator(task_id=CHILD_TASK)
    return dag


def _child_run_dag(dag_id: str, call: Invoke, **where: str) -> DAG:
    with DAG(
        dag_id=dag_id,
        dag_display_name=f"Media state machines: child runs ({dag_id})",
        description="Child runs of state machines",
        doc_md=DOCUMENTATION,
        schedule=None,
        max_active_runs=RUNS,
        max_active_tasks=RUNS,
        **PLUMBING,
    ) as dag:
        ChildRunTaskOperator(
            task_id=CHILD_TASK,
            call=call,
            **where,
            retries=LOST_WORKERS,
            retry_delay=timedelta(seconds=10),
            retry_policy=DefinedRetryPolicy(),
            weight_rule="absolute",
        )
    return dag


def _nowhere(_: str) -> None:
    """Return None: no resource needs a child run."""
