"""Factory: all DAGs of the package are made here."""

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
"""Modules of the functions that are not in ``loader``."""


def __getattr__(name: str) -> Any:
    # Airflow parses a DAG file again for every task, and announcements need none of the workflow modules.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES.get(name, 'loader')}"), name)
