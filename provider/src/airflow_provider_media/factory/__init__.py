"""Factory: all DAGs of the package are made here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_media.factory.announce import announce_dag
    from airflow_provider_media.factory.durable_machine import child_run_dags
    from airflow_provider_media.factory.ingest import ingest_dags
    from airflow_provider_media.factory.loader import (
        arrivals_dag,
        dags_from_workflows,
        raise_workflow_errors,
        scheduled_dags,
        uploads_dag,
    )
    from airflow_provider_media.factory.maintenance import maintenance_dag
    from airflow_provider_media.factory.state_machines import dags_from_state_machines, raise_state_machine_errors

__all__ = [
    "announce_dag",
    "arrivals_dag",
    "child_run_dags",
    "dags_from_state_machines",
    "dags_from_workflows",
    "ingest_dags",
    "maintenance_dag",
    "raise_state_machine_errors",
    "raise_workflow_errors",
    "scheduled_dags",
    "uploads_dag",
]

MODULES = {
    "announce_dag": "announce",
    "child_run_dags": "durable_machine",
    "dags_from_state_machines": "state_machines",
    "ingest_dags": "ingest",
    "maintenance_dag": "maintenance",
    "raise_state_machine_errors": "state_machines",
}
"""Modules of the functions that are not in ``loader``."""


def __getattr__(name: str) -> Any:
    # Airflow parses a DAG file again for every task, and announcements need none of the workflow modules.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES.get(name, 'loader')}"), name)
