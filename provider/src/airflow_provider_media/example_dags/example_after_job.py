"""Example: what is to be done after each job that ends well, such as purging a CDN."""

from typing import Any

from airflow.sdk import DAG, Asset, PartitionedAssetTimetable, task

# [START howto_after_job]
with DAG(
    dag_id="example_media_after_job",
    description="Purges a CDN of what a job of the workflow vod has published anew",
    schedule=PartitionedAssetTimetable(assets=Asset("media://vod/jobs")),
    tags=["media", "example"],
) as dag:

    @task
    def purge(triggering_asset_events: dict[Any, Any]) -> list[str]:
        """Runs once for each job."""
        published: list[str] = []
        for events in triggering_asset_events.values():
            published += [event.extra["manifest"] for event in events]
        return [f"Here a CDN would be told to forget what {manifest} lists." for manifest in published]

    purge()
# [END howto_after_job]
