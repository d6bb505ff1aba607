"""Example: renditions that are encoded one by one, and packaged together."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.ladder import PackageOperator
from airflow_provider_media.operators.transcode import TranscodeOperator

with DAG(
    dag_id="example_media_package",
    description="HLS and DASH of renditions that are there already",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    place = {"source": "{{ params.source }}", "location": "{{ params.location }}"}
    picture = TranscodeOperator(
        task_id="picture",
        **place,
        path="renditions/picture.{format}",
        audio="drop",
        video={"gop_seconds": 1, "speed": "fastest"},
    )
    sound = TranscodeOperator(task_id="sound", **place, path="renditions/sound.{format}", container="m4a", video="drop")

    # [START howto_operator_package]
    package = PackageOperator(
        task_id="package",
        renditions=["{{ params.location }}renditions/picture.mp4", "{{ params.location }}renditions/sound.m4a"],
        location="{{ params.location }}",
        path="stream/",
        segment_seconds=1,
    )
    # [END howto_operator_package]
    [picture, sound] >> package
