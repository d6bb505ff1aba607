"""Example: pictures at given times."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import SnapshotOperator

with DAG(
    dag_id="example_media_snapshots",
    description="A poster and two more pictures",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_snapshots]
    SnapshotOperator(
        task_id="snapshots",
        source="{{ params.source }}",
        location="{{ params.location }}",
        at=["10%", 0.5, "00:00:01.000"],
        format="webp",
        width=320,
    )
    # [END howto_operator_snapshots]
