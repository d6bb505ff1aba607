"""The DAGs that look for uploads and submit jobs for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from airflow.sdk import DAG, CronTriggerTimetable

from airflow_provider_media.core.ingest.names import ARRIVALS
from airflow_provider_media.core.job.listing import is_always_watched
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.factory.schedules import EPOCH, timetable
from airflow_provider_media.factory.workflow import scheduled_dag_id
from airflow_provider_media.operators.upload_submit import UploadSubmitOperator
from airflow_provider_media.sensors.arrival import REFRESH_SECONDS, MediaArrivalSensor

LOOK_SECONDS = 60.0
"""How long a scheduled run looks for uploads that are whole before it ends with nothing to do."""


def watch_uploads(workflows: Iterable[FrozenWorkflow]) -> DAG:
    """The DAG that waits for uploads, submits a job for each, and waits again.

    :param workflows: those that hear of uploads otherwise, or look by a schedule, are passed over.
    """
    watched = [frozen.workflow.name for frozen in workflows if is_always_watched(frozen.workflow)]
    schedule = "@continuous" if watched else None
    return _watching(ARRIVALS, "Media uploads that listing finds", watched, schedule, give_up_seconds=REFRESH_SECONDS, follows=True)


def watch_on_schedule(frozen: FrozenWorkflow, since: datetime) -> DAG:
    """The DAG that submits, by a workflow's schedule, a job for each upload that has none.

    :param since: when the workflow's file appeared; the schedule says nothing about the time before.
    """
    workflow = frozen.workflow
    schedule = timetable(workflow.schedule, workflow.timezone)
    name = f"Media uploads for {workflow.name}, by its schedule"
    return _watching(scheduled_dag_id(workflow.name), name, [workflow.name], schedule, give_up_seconds=LOOK_SECONDS, since=since)


def _watching(
    dag_id: str,
    name: str,
    workflows: Sequence[str],
    schedule: CronTriggerTimetable | str | None,
    *,
    give_up_seconds: float,
    since: datetime = EPOCH,
    follows: bool = False,
) -> DAG:
    with DAG(
        dag_id=dag_id,
        dag_display_name=name,
        description="Submits a job for each upload that a workflow waits for",
        schedule=schedule,
        start_date=since,
        max_active_runs=1,
        **PLUMBING,
        default_args={"weight_rule": "absolute", "retries": 3, "retry_delay": timedelta(seconds=10)},
    ) as dag:
        wait = MediaArrivalSensor(task_id="wait", workflows=workflows, give_up_seconds=give_up_seconds, follows=follows)
        UploadSubmitOperator(task_id="submit", arrivals=wait.output)
    return dag
