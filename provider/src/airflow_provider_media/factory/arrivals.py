"""The DAG that starts jobs for uploads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from airflow_provider_media.core.ingest.arrivals import Watch
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.workflow import dag_id
from airflow_provider_media.operators.start import StartJobOperator
from airflow_provider_media.sensors.arrival import REFRESH_SECONDS, MediaArrivalSensor

ARRIVALS = "media_arrivals"
LOOK_SECONDS = 60.0
"""How long a scheduled run looks for uploads that are whole before it ends with nothing to do."""


def watch_uploads(workflows: Iterable[FrozenWorkflow]) -> DAG:
    """The DAG that waits for uploads, starts one run for each, and waits again.

    :param workflows: those without a trigger, and those with a schedule, are passed over.
    """
    watched = [frozen for frozen in workflows if frozen.workflow.trigger and not frozen.workflow.schedule]
    return _watching(ARRIVALS, watched, "@continuous" if watched else None, give_up_seconds=REFRESH_SECONDS)


def watch_on_schedule(frozen: FrozenWorkflow) -> DAG:
    """The DAG that starts, by a workflow's schedule, a run for each upload that none was started for."""
    workflow = frozen.workflow
    return _watching(f"{ARRIVALS}_{workflow.name}", [frozen], workflow.schedule, give_up_seconds=LOOK_SECONDS)


def _watching(dag_id: str, workflows: Sequence[FrozenWorkflow], schedule: str | None, *, give_up_seconds: float) -> DAG:
    by_name = {frozen.workflow.name: frozen for frozen in workflows}
    with DAG(
        dag_id=dag_id,
        description="Starts the workflow's run for each upload that a workflow waits for",
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        tags=["media"],
        default_args={"weight_rule": "absolute", "retries": 3, "retry_delay": timedelta(seconds=10)},
    ) as dag:
        wait = MediaArrivalSensor(task_id="wait", watches=[to_json(watch(frozen)) for frozen in workflows], give_up_seconds=give_up_seconds)
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
