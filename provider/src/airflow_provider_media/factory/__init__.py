"""The only place that makes DAGs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_media.factory.announce import announce_dag
    from airflow_provider_media.factory.loader import (
        arrivals_dag,
        dags_from_workflows,
        raise_workflow_errors,
        scheduled_dags,
        uploads_dag,
    )

__all__ = ["announce_dag", "arrivals_dag", "dags_from_workflows", "raise_workflow_errors", "scheduled_dags", "uploads_dag"]

MODULES = {"announce_dag": "announce"}
"""Modules of what is not in ``loader``."""


def __getattr__(name: str) -> Any:
    # Airflow reads a DAG's file anew for every task, and announcing needs nothing of what makes workflows.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES.get(name, 'loader')}"), name)
