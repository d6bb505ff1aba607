"""Example: pictures at even distances."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import SampleSnapshotOperator

with DAG(
    dag_id="example_media_sampled_snapshots",
    description="Four pictures from all over a source",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_sampled_snapshots]
    SampleSnapshotOperator(
        task_id="sampled_snapshots",
        source="{{ params.source }}",
        location="{{ params.location }}",
        every="25%",
        width=320,
    )
    # [END howto_operator_sampled_snapshots]
