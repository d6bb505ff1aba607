"""Example: files that become visible together."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import SnapshotOperator
from airflow_provider_media.operators.publish import PublishOperator

with DAG(
    dag_id="example_media_publish",
    description="A picture that is looked at before everybody sees it",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    draft = SnapshotOperator(
        task_id="draft",
        source="{{ params.source }}",
        location="{{ params.location }}drafts/",
        at=["50%"],
        path="poster.{format}",
    )

    # [START howto_operator_publish]
    publish = PublishOperator(
        task_id="publish",
        files={"posters/poster.jpg": "{{ params.location }}drafts/poster.jpg"},
        location="{{ params.location }}",
    )
    # [END howto_operator_publish]
    draft >> publish
