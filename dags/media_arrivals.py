"""The Airflow DAG that starts a workflow's run for each upload it waits for."""

from airflow_provider_media.factory import arrivals_dag

media_arrivals = arrivals_dag()
