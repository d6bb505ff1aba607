"""Airflow DAGs that stand in for workflows, each with an end of its own."""

from datetime import timedelta

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred


@dag(dag_id="media_good", schedule=None)
def good() -> None:
    @task
    def publish() -> dict[str, object]:
        return {
            "manifest": "s3://out/manifest.json",
            "outputs": [{"name": "mp4", "files": 1, "bytes": 9}],
            "failed": [],
        }

    publish()


@dag(dag_id="media_bad", schedule=None)
def bad() -> None:
    @task
    def probe() -> None:
        error = {"code": "source_not_media", "message": "It is a text.", "detail": {}}
        get_current_context()["ti"].xcom_push(key="error", value=error)
        raise AirflowFailException("source_not_media")

    probe()


def endless() -> None:
    @task
    def encode() -> None:
        raise TaskDeferred(trigger=TimeDeltaTrigger(timedelta(hours=1)), method_name="never")

    encode()


good()
bad()
dag(dag_id="media_endless", schedule=None)(endless)()
dag(dag_id="media_late", schedule=None, dagrun_timeout=timedelta(seconds=5))(endless)()
