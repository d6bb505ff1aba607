"""Example: uploads that are submitted when a DAG of one's own says so."""

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from airflow_provider_media.operators.upload_submit import UploadSubmitOperator
from airflow_provider_media.sensors.arrival import MediaArrivalSensor

with DAG(
    dag_id="example_media_arrivals",
    description="What is done with uploads before they are submitted is up to the tasks between",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["media", "example"],
) as dag:
    # [START howto_sensor_arrival]
    arrivals = MediaArrivalSensor(task_id="arrivals", workflows=["vod"])
    # [END howto_sensor_arrival]

    @task
    def small(arrivals: list[dict[str, int]]) -> list[dict[str, int]]:
        """Large films wait for another DAG, at night."""
        return [arrival for arrival in arrivals if arrival["size"] < 4 * 1024**3]

    # [START howto_operator_upload_submit]
    UploadSubmitOperator(task_id="submit", arrivals=small(arrivals.output))
    # [END howto_operator_upload_submit]
