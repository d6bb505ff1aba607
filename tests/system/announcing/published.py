"""An Airflow DAG whose tasks update a workflow's assets at nearly one moment, as jobs do that end together."""

from airflow.sdk import dag, get_current_context, task

from airflow_provider_media.assets import job_succeeded, workflow_assets
from airflow_provider_media.core.jobs.model import Manifest


@dag(schedule=None)
def published() -> None:
    @task(outlets=workflow_assets("vod"))
    def publish(job: str) -> None:
        manifest = Manifest(
            job_id=job, workflow="vod", workflow_hash="", source={}, outputs=(), uri=f"s3://out/{job}/manifest.json"
        )
        job_succeeded(get_current_context(), manifest)

    publish.expand(job=["one", "two", "three", "four"])


published()
