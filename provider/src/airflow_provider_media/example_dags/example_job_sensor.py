"""Example: a DAG that goes on once a submitted job has ended well."""

from airflow.sdk import DAG, Param, task

from airflow_provider_media.sensors.job import MediaJobSensor

with DAG(
    dag_id="example_media_job_sensor",
    description="Waits for a job, and does something with what it has published",
    schedule=None,
    params={"job_id": Param("", type="string", description="Id of the job, as its receipt has it")},
    tags=["media", "example"],
) as dag:
    # [START howto_sensor_job]
    job = MediaJobSensor(task_id="wait", job_id="{{ params.job_id }}", timeout=24 * 3600)
    # [END howto_sensor_job]

    @task
    def published(job: dict[str, list[dict[str, str]]]) -> list[str]:
        """The files of the job."""
        return [output["uri"] for output in job["outputs"]]

    published(job.output)
