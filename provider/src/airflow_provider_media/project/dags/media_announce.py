"""The Airflow DAG that announces the end of jobs."""

from airflow_provider_media.factory import announce_dag

media_announce = announce_dag()
