"""Airflow assets: those that successful jobs update, for DAGs scheduled on them, and those of uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset

from airflow_provider_media.core.jobs.model import Manifest

if TYPE_CHECKING:
    from airflow.sdk import Context


def workflow_asset(workflow: str) -> Asset:
    """Return the asset of a workflow's results: ``media://<workflow>``.

    Its updates start runs of DAGs scheduled on it. Jobs that end close together may share one run.
    """
    return Asset(f"media://{workflow}")


def jobs_asset(workflow: str) -> Asset:
    """Return the asset of a workflow's single jobs: ``media://<workflow>/jobs``.

    The asset is partitioned by job id, so that each job gets a run of its own.
    """
    return Asset(f"media://{workflow}/jobs")


def uploads_asset(workflow: str) -> Asset:
    """Return the asset of the location that a trigger watches: ``media://<workflow>/uploads``.

    The sensor keeps its watermark with this asset.
    """
    return Asset(f"media://{workflow}/uploads")


def workflow_assets(workflow: str) -> list[Asset]:
    """Return the outlets of a workflow's last task."""
    return [workflow_asset(workflow), jobs_asset(workflow)]


def job_succeeded(context: Context, manifest: Manifest) -> None:
    """Add the job to the asset events, which Airflow sends after the task has succeeded."""
    events = context["outlet_events"]
    for asset in workflow_assets(manifest.workflow):
        events[asset].extra |= {"job_id": manifest.job_id, "manifest": manifest.uri}
    # Of two plain events close together, the second waits for a third (Airflow 3.3). Each event with a partition key
    # starts a run.
    events[jobs_asset(manifest.workflow)].add_partitions(manifest.job_id)
