"""The DAG that prunes finished work: one run a day, one mapped task per output location."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from airflow_provider_media.core.dag_ids import MAINTENANCE
from airflow_provider_media.core.task_ids import LOCATIONS, PRUNE
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.factory.schedules import EPOCH
from airflow_provider_media.operators.maintenance import DRY_RUN, CachePruneOperator, OutputLocationsOperator

LOCATIONS_AT_ONCE = 4
"""Most locations that are pruned at the same time: pruning is never urgent, and takes worker slots."""

DOCUMENTATION = """
Finished work is what jobs keep below `.media/` of their output locations, so that later jobs need not make it again.
Each task of `prune` is one output location that a workflow or an account names. It deletes what no job has used for
`[media] reuse_days`, and what is over `[media] reuse_bytes`, used longest ago first. It returns what it has freed and
what it has kept.

Published files, manifests and whatever a running job may need always stay. Trigger the DAG with `dry_run` to see what
it would delete.
"""


def maintenance_dag() -> DAG:
    """Return the DAG that prunes the finished work below each output location once a day."""
    with DAG(
        dag_id=MAINTENANCE,
        dag_display_name="Media maintenance: prunes finished work",
        description="Deletes finished work that no job has used for long, below each output location",
        doc_md=DOCUMENTATION,
        schedule="@daily",
        start_date=EPOCH,
        max_active_runs=1,
        max_active_tasks=LOCATIONS_AT_ONCE,
        params={
            DRY_RUN: Param(default=False, type="boolean", title="Dry run", description="Only say what would be deleted")
        },
        **PLUMBING,
        default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
    ) as dag:
        locations = OutputLocationsOperator(task_id=LOCATIONS)
        CachePruneOperator.partial(task_id=PRUNE, map_index_template="{{ task.place['location'] }}").expand(
            place=locations.output
        )
    return dag
