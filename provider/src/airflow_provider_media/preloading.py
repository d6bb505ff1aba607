"""Imports what the tasks of jobs import: in Celery's workers, once before they fork, by ``[celery] extra_celery_config``.

Importing this module is all that there is to do: ``{"include": ["airflow_provider_media.preloading"]}``.
"""

from __future__ import annotations

from importlib import import_module

PRELOADED = (
    "airflow_provider_media.factory.announce",
    "airflow_provider_media.factory.ingest",
    "airflow_provider_media.factory.workflow",
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.sdk.execution_time.task_runner",
)
"""Modules that bring with them nearly all that parsing a DAG of ours and running its tasks imports."""


def preload() -> None:
    """Import the modules; a component that lacks one of them still starts."""
    for module in PRELOADED:
        import_module(module)


preload()
