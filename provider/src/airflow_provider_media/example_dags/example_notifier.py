"""Example: a DAG of your own that tells of its failures as jobs are told of."""

from airflow.sdk import DAG, task

from airflow_provider_media.notifications.event import MediaNotifier

with DAG(
    dag_id="example_media_notifier",
    description="Tells a queue when its task has failed",
    schedule=None,
    tags=["media", "example"],
) as dag:
    # [START howto_notifier]
    @task(
        on_failure_callback=MediaNotifier(
            type="catalogue.failed",
            url="https://hooks.example.com/catalogue",
            connection="catalogue_hook",
            content={"asked_by": "{{ dag_run.conf.get('asked_by') }}"},
        )
    )
    def update_catalogue() -> str:
        return "updated"

    # [END howto_notifier]
    update_catalogue()
