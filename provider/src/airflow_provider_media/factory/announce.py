"""The DAG of announcements: one run per event, one mapped task per target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG
from airflow.sdk.configuration import conf

from airflow_provider_media.core.announcements.schedule import RETRIES
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.task_ids import DELIVER, TARGETS
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.operators.announce import DeliverOperator, DeliveryRetryPolicy, TargetsOperator

RUNS = 10_000
"""Most concurrent runs: a target that does not answer keeps its run for three days, and must not block other runs."""
TARGETS_AT_ONCE = 100
WEIGHT = 2000
"""Above the weight of any encode: an announcement takes only a moment, and somebody waits for it."""

DOCUMENTATION = """
One run tells of one event; its id is `<job id>__<state>`. Each task of `deliver` is one target, with up to ten attempts
over three days.

To deliver again, clear the task: its schedule begins anew, and receivers know the event by its unchanged `webhook-id`.
"""


def announce_dag() -> DAG:
    """Return the DAG of announcements; each of its runs sends one event to its targets."""
    with DAG(
        dag_id=ANNOUNCE,
        dag_display_name="Media announcements",
        description="Tells of the end of jobs",
        doc_md=DOCUMENTATION,
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        max_active_runs=RUNS,
        max_active_tasks=TARGETS_AT_ONCE,
        **PLUMBING,
        default_args={"pool": conf.get("media", "announce_pool"), "priority_weight": WEIGHT, "weight_rule": "absolute"},
    ) as dag:
        targets = TargetsOperator(task_id=TARGETS, retries=3, retry_delay=timedelta(seconds=10))
        DeliverOperator.partial(
            task_id=DELIVER,
            retries=RETRIES,
            # Applies when a worker has died: Airflow cannot ask the policy then.
            retry_delay=timedelta(minutes=5),
            retry_policy=DeliveryRetryPolicy(),
            map_index_template="{{ task.target['name'] }}",
        ).expand(target=targets.output)
    return dag
