"""One Airflow DAG for each workflow with a schedule: it submits jobs for what lies in the bucket by then."""

from airflow_provider_media.factory import scheduled_dags

globals().update(scheduled_dags())
