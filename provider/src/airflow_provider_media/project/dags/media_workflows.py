"""One Airflow DAG for each workflow in include/workflows."""

from airflow_provider_media.factory import dags_from_workflows

globals().update(dags_from_workflows())
