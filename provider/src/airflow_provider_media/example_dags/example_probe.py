"""Example: find out what a media file is."""

from airflow.sdk import DAG, Param

from airflow_provider_media.operators.probe import ProbeOperator

with DAG(
    dag_id="example_media_probe",
    description="The facts of a source",
    schedule=None,
    params={
        "source": Param("s3://media-in/clip.mp4", type="string", description="URI of the source"),
    },
    tags=["media", "example"],
) as dag:
    # [START howto_operator_probe]
    ProbeOperator(task_id="probe", source="{{ params.source }}")
    # [END howto_operator_probe]
