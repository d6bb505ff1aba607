"""Example: a text over the picture."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.transcode import WatermarkOperator

with DAG(
    dag_id="example_media_watermark",
    description="A copy that says whose it is",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_watermark]
    WatermarkOperator(
        task_id="watermark",
        source="{{ params.source }}",
        location="{{ params.location }}",
        text="example.com",
        corner="bottom_right",
        size="8%",
        opacity=0.6,
        video={"speed": "fastest"},
    )
    # [END howto_operator_watermark]
