"""Example: a workflow in Python, started by uploads."""

from datetime import UTC, datetime

from airflow.sdk import DAG, task

from airflow_provider_media.sensors.arrival import MediaArrivalSensor

with DAG(
    dag_id="example_media_arrivals",
    description="What to do with each upload is up to the tasks that follow",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["media", "example"],
) as dag:
    # [START howto_sensor_arrival]
    arrivals = MediaArrivalSensor(
        task_id="arrivals",
        watches=[
            {
                "workflow": "mine",
                "dag_id": "my_dag",
                "location": "s3://media-in/uploads/",
                "suffixes": [".mp4", ".mov"],
                "connection": "aws_default",
            }
        ],
    )
    # [END howto_sensor_arrival]

    @task
    def name(arrival: dict[str, str]) -> str:
        return f"{arrival['source']} wants the run {arrival['run_id']}"

    name.expand(arrival=arrivals.output)
