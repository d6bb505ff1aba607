"""The assets of Airflow: those that successful jobs update, so that further DAGs can be scheduled on them, and those of uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset

from airflow_provider_media.core.job.model import Manifest

if TYPE_CHECKING:
    from airflow.sdk import Context


def workflow_asset(workflow: str) -> Asset:
    """What a workflow publishes: ``media://<workflow>``. It wakes a DAG; jobs that end close together may share one run of it."""
    return Asset(f"media://{workflow}")


def jobs_asset(workflow: str) -> Asset:
    """The single jobs of a workflow: ``media://<workflow>/jobs``, partitioned by job id, so that each job gets a run of its own."""
    return Asset(f"media://{workflow}/jobs")


def uploads_asset(workflow: str) -> Asset:
    """What a workflow's trigger looks at: ``media://<workflow>/uploads``; the sensor keeps its watermark with it."""
    return Asset(f"media://{workflow}/uploads")


def workflow_assets(workflow: str) -> list[Asset]:
    """The outlets of a workflow's last task."""
    return [workflow_asset(workflow), jobs_asset(workflow)]


def job_succeeded(context: Context, manifest: Manifest) -> None:
    """Say with the assets' events which job it was; Airflow sends them once the task has ended well."""
    events = context["outlet_events"]
    for asset in workflow_assets(manifest.workflow):
        events[asset].extra |= {"job_id": manifest.job_id, "manifest": manifest.uri}
    # Of two plain events close together the second waits for a third (Airflow 3.3); those with a partition key each start a run.
    events[jobs_asset(manifest.workflow)].add_partitions(manifest.job_id)
