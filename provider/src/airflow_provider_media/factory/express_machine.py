"""An express machine as a DAG with one task that runs it in its own process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG
from airflow.sdk.configuration import conf

from airflow_provider_media.core.statelang import Machine
from airflow_provider_media.core.statelang.definition.states import TaskState
from airflow_provider_media.core.statelang.limits import EXPRESS_SECONDS
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.core.workflows.machine_options import MachineSettings
from airflow_provider_media.factory.durable_machine import LOST_WORKERS, common, documentation
from airflow_provider_media.factory.schedules import timetable
from airflow_provider_media.state_machines.express import ExpressOperator
from airflow_provider_media.state_machines.resources.integrations import is_media
from airflow_provider_media.state_machines.resources.task_request import Invoke

EXPRESS = (
    "One task runs the machine in its process, for five minutes at most: the file beside it says that it is an express"
    " one."
)


def express_dag(
    dag_id: str,
    machine: Machine,
    definition: Mapping[str, Any],
    *,
    call: Invoke,
    how: MachineSettings,
    since: datetime | None = None,
) -> DAG:
    """Return the DAG of an express machine.

    :param since: when the file beside the machine appeared.
    """
    works = any(isinstance(state, TaskState) and is_media(state.resource.text) for _, state in machine.walk())
    schedule = timetable(how.schedule, how.timezone)
    with DAG(
        dag_id=dag_id, doc_md=documentation(machine, EXPRESS), schedule=schedule, **common(machine, how, since)
    ) as dag:
        ExpressOperator(
            task_id=RESULT,
            task_display_name="execution",
            definition=definition,
            connection=how.connection,
            call=call,
            pool=conf.get("media", "pool") if works else "default_pool",
            retries=LOST_WORKERS,
            retry_delay=timedelta(seconds=5),
            # The machine measures its own time; this limit ends a call that never returns.
            execution_timeout=timedelta(seconds=2 * EXPRESS_SECONDS),
            weight_rule="absolute",
        )
    return dag
