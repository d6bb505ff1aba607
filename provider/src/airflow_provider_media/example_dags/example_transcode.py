"""Example: one file in another form."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.transcode import TranscodeOperator

with DAG(
    dag_id="example_media_transcode",
    description="A smaller file for the web",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_transcode]
    TranscodeOperator(
        task_id="transcode",
        source="{{ params.source }}",
        location="{{ params.location }}",
        container="mp4",
        video={"codec": "h264", "crf": 24, "height": 180, "speed": "fastest"},
        audio={"bitrate": 96_000},
        trim={"end": "00:00:10.000"},
    )
    # [END howto_operator_transcode]
