"""The DAG that starts jobs for uploads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from airflow_provider_media.core.ingest.arrivals import Watch
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.workflow import dag_id
from airflow_provider_media.operators.start import StartJobOperator
from airflow_provider_media.sensors.arrival import MediaArrivalSensor

ARRIVALS = "media_arrivals"


def watch_uploads(workflows: Iterable[FrozenWorkflow]) -> DAG:
    """The DAG that waits for uploads, starts one run for each, and waits again.

    :param workflows: those without a trigger are passed over.
    """
    by_name = {frozen.workflow.name: frozen for frozen in workflows if frozen.workflow.trigger}
    with DAG(
        dag_id=ARRIVALS,
        description="Starts the workflow's run for each upload that a workflow waits for",
        schedule="@continuous" if by_name else None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        tags=["media"],
        default_args={"weight_rule": "absolute", "retries": 3, "retry_delay": timedelta(seconds=10)},
    ) as dag:
        wait = MediaArrivalSensor(task_id="wait", watches=[to_json(watch(frozen)) for frozen in by_name.values()])
        StartJobOperator.partial(task_id="start", workflows=by_name, map_index_template="{{ task.arrival['source'] }}").expand(
            arrival=wait.output
        )
    return dag


def watch(frozen: FrozenWorkflow) -> Watch:
    """What a workflow with a trigger waits for."""
    workflow = frozen.workflow
    trigger = workflow.trigger
    assert trigger is not None  # noqa: S101 - the caller's filter
    return Watch(
        workflow=workflow.name,
        dag_id=dag_id(workflow.name),
        location=f"s3://{trigger.bucket}/{trigger.prefix}",
        suffixes=trigger.suffixes,
        connection=trigger.connection,
        priority=workflow.priority,
    )
