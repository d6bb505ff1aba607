"""One Airflow DAG for each state machine in include/state_machines."""

from airflow_provider_media.factory import dags_from_state_machines

globals().update(dags_from_state_machines())
