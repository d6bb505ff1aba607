"""The DAG that announces: one run per event, one mapped task per target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG
from airflow.sdk.configuration import conf

from airflow_provider_media.core.announce.outbox import ANNOUNCE_DAG
from airflow_provider_media.core.announce.schedule import RETRIES
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.operators.announce import DeliverOperator, DeliveryRetryPolicy, TargetsOperator

RUNS = 10_000
"""Runs at once: a target that does not answer keeps its run for three days, and no other may wait for it."""
TARGETS_AT_ONCE = 100
WEIGHT = 2000
"""Above that of any encode: announcing takes a moment, and somebody waits for it."""

DOCUMENTATION = """
One run tells of one event; its id is `<job id>__<state>`. Each task of `deliver` is one target, with up to ten attempts over three days.

To deliver again, clear the task: its schedule begins anew, and receivers know the event by its unchanged `webhook-id`.
"""


def announce_dag() -> DAG:
    """The DAG whose runs each tell the targets of one event."""
    with DAG(
        dag_id=ANNOUNCE_DAG,
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
        targets = TargetsOperator(task_id="targets", retries=3, retry_delay=timedelta(seconds=10))
        DeliverOperator.partial(
            task_id="deliver",
            retries=RETRIES,
            # Of a worker that died, which no policy can be asked about.
            retry_delay=timedelta(minutes=5),
            retry_policy=DeliveryRetryPolicy(),
            map_index_template="{{ task.target['name'] }}",
        ).expand(target=targets.output)
    return dag
