"""The DAGs that look for uploads and submit their jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from airflow.sdk import DAG, CronTriggerTimetable

from airflow_provider_media.core.dag_ids import ARRIVALS, scheduled_dag_id
from airflow_provider_media.core.task_ids import SUBMIT, WAIT
from airflow_provider_media.core.uploads.listing import is_always_watched
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.factory.schedules import EPOCH, timetable
from airflow_provider_media.operators.upload_submit import UploadSubmitOperator
from airflow_provider_media.sensors.arrival import REFRESH_SECONDS, MediaArrivalSensor

LOOK_SECONDS = 60.0
"""Seconds that a scheduled run looks for complete uploads before it ends without work."""


def watch_uploads(workflows: Iterable[FrozenWorkflow]) -> DAG:
    """Return the DAG that waits for uploads, submits a job for each, and waits again.

    :param workflows: all workflows; the DAG skips those whose trigger does not list continuously, such as those with a
        schedule.
    """
    watched = [frozen.workflow.name for frozen in workflows if is_always_watched(frozen.workflow)]
    schedule = "@continuous" if watched else None
    return _watching(
        ARRIVALS, "Media uploads that listing finds", watched, schedule, give_up_seconds=REFRESH_SECONDS, follows=True
    )


def watch_on_schedule(frozen: FrozenWorkflow, since: datetime) -> DAG:
    """Return the DAG that submits jobs for uploads without a job, on a workflow's schedule.

    :param since: when the workflow's file appeared; the schedule does not apply to earlier times.
    """
    workflow = frozen.workflow
    schedule = timetable(workflow.schedule, workflow.timezone)
    name = f"Media uploads for {workflow.name}, by its schedule"
    return _watching(
        scheduled_dag_id(workflow.name), name, [workflow.name], schedule, give_up_seconds=LOOK_SECONDS, since=since
    )


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
        wait = MediaArrivalSensor(task_id=WAIT, workflows=workflows, give_up_seconds=give_up_seconds, follows=follows)
        UploadSubmitOperator(task_id=SUBMIT, arrivals=wait.output)
    return dag
