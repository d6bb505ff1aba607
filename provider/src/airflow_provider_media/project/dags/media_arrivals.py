"""The Airflow DAG that submits a job for each upload that a workflow looks for."""

from airflow_provider_media.factory import arrivals_dag

media_arrivals = arrivals_dag()
