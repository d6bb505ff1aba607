"""Shows what is wrong with workflow files among Airflow's import errors; makes no DAG."""

from airflow_provider_media.factory import raise_workflow_errors

raise_workflow_errors()
