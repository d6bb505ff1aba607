"""The Airflow DAGs in which state machines have tasks done that take long or wait for somebody."""

from airflow_provider_media.factory import child_run_dags

globals().update(child_run_dags())
