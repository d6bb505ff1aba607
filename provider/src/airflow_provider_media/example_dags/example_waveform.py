"""Example: the waveform of an audio track."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.images import WaveformOperator

with DAG(
    dag_id="example_media_waveform",
    description="The picture of an audio track, and the peaks that players draw",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
        "location": Param("s3://media-out/examples/", type="string", description="URI below which outputs go"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_waveform]
    WaveformOperator(
        task_id="waveform",
        source="{{ params.source }}",
        location="{{ params.location }}",
        width=1200,
        height=160,
        color="#4a90d9",
    )
    # [END howto_operator_waveform]
