"""The DAG that turns the messages of upload queues into jobs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from airflow_provider_media.core.dag_ids import UPLOADS
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.operators.drain import UploadDrainOperator


def drain_queues(workflows: Iterable[FrozenWorkflow]) -> DAG:
    """Return the DAG with one task for each SQS queue in a workflow's trigger.

    All its tasks wait in parallel, continuously.
    """
    triggers = [frozen.workflow.trigger for frozen in workflows]
    # The first workflow that names a queue decides which connection reads it.
    named = {trigger.queue: trigger.connection for trigger in reversed(triggers) if trigger and trigger.queue}
    with DAG(
        dag_id=UPLOADS,
        dag_display_name="Media upload queues",
        description="Submits a job for each upload that an SQS queue announces",
        schedule="@continuous" if named else None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        max_active_runs=1,
        **PLUMBING,
        default_args={"weight_rule": "absolute", "retries": 3, "retry_delay": timedelta(seconds=5)},
    ) as dag:
        for queue in sorted(named):
            UploadDrainOperator(task_id=task_id(queue), url=queue, connection=named[queue])
    return dag


def task_id(queue: str) -> str:
    """Return the id of the task that drains a queue.

    The id has the queue's name, and a digest that separates queues of the same name.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", queue.rpartition("/")[2])
    return f"{name}_{digest(queue)[:6]}"
