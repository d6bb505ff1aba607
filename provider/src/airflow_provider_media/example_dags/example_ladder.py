"""Example: adaptive streaming from one source."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.ladder import LadderOperator

with DAG(
    dag_id="example_media_ladder",
    description="HLS and DASH from the same segments",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_ladder]
    LadderOperator(
        task_id="ladder",
        source="{{ params.source }}",
        location="{{ params.location }}",
        renditions=[
            {"short_side": 180, "max_bitrate": 400_000},
            {"short_side": 90, "max_bitrate": 150_000},
        ],
        segment_seconds=1,
        speed="fastest",
    )
    # [END howto_operator_ladder]
