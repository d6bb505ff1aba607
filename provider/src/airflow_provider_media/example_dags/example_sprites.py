"""Example: pictures for a player's timeline."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import SpriteOperator

with DAG(
    dag_id="example_media_sprites",
    description="Sprite sheets and their WebVTT file",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_sprites]
    SpriteOperator(
        task_id="sprites",
        source="{{ params.source }}",
        location="{{ params.location }}",
        every=0.5,
        columns=2,
        rows=2,
        width=80,
    )
    # [END howto_operator_sprites]
