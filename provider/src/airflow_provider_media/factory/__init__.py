"""The only place that makes DAGs."""

from airflow_provider_media.factory.loader import arrivals_dag, dags_from_workflows, raise_workflow_errors

__all__ = ["arrivals_dag", "dags_from_workflows", "raise_workflow_errors"]
