"""Example: films that are submitted to the ingest queues, one job for each."""

from airflow.sdk import DAG, Param, task

from airflow_provider_media.operators.ingest import IngestSubmitOperator

with DAG(
    dag_id="example_media_ingest_submit",
    description="Submits a job of low priority for each film of a list",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:

    @task
    def films(params: dict[str, str]) -> list[str]:
        """Here a catalogue would be asked."""
        return [params["source"]]

    # [START howto_operator_ingest_submit]
    IngestSubmitOperator.partial(
        task_id="submit",
        workflow="vod",
        priority="low",
        location="{{ params.location }}",
        map_index_template="{{ task.source }}",
    ).expand(source=films())
    # [END howto_operator_ingest_submit]
