"""Shows what is wrong with state machines among Airflow's import errors; makes no DAG."""

from airflow_provider_media.factory import raise_state_machine_errors

raise_state_machine_errors()
