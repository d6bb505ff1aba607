"""Example: a short moving picture."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import AnimatedImageOperator

with DAG(
    dag_id="example_media_animated_image",
    description="A moving preview",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_animated_image]
    AnimatedImageOperator(
        task_id="animated_image",
        source="{{ params.source }}",
        location="{{ params.location }}",
        start=0,
        end=1,
        frame_rate=8,
        width=160,
        format="webp",
    )
    # [END howto_operator_animated_image]
