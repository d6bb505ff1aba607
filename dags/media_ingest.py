"""The Airflow DAGs of the ingest queues: two for each account of include/queues.yaml."""

from airflow_provider_media.factory import ingest_dags

globals().update(ingest_dags())
