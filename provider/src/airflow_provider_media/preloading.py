"""Imports of tasks and DAG file parsers, done once by the process that forks them.

The scheduler and the DAG processor import this module when they start (``listeners``). Celery's workers do so with
``{"include": ["airflow_provider_media.preloading"]}`` as ``[celery] extra_celery_config``.
"""

from __future__ import annotations

import logging
import os
import time
from importlib import import_module

from airflow.sdk import Asset

log = logging.getLogger(__name__)
PRELOADED = (
    "airflow_provider_media.core.project.preset_files",
    "airflow_provider_media.core.project.workflow_files",
    "airflow_provider_media.core.statelang.expressions.jsonata.bounds",
    "airflow_provider_media.core.statelang.expressions.jsonata.exact",
    "airflow_provider_media.factory.announce",
    "airflow_provider_media.factory.arrivals",
    "airflow_provider_media.factory.durable_machine",
    "airflow_provider_media.factory.ingest",
    "airflow_provider_media.factory.loader",
    "airflow_provider_media.factory.maintenance",
    "airflow_provider_media.factory.state_machines",
    "airflow_provider_media.factory.upload_queues",
    "airflow_provider_media.factory.workflow",
    "airflow_provider_media.plugin",
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.sdk.execution_time.task_runner",
    "ruamel.yaml",
)
"""Modules whose imports include nearly everything that parsing our DAG files and running the tasks of jobs needs."""


def preload() -> None:
    """Import the modules, and log it once per process."""
    began = time.monotonic()
    for module in PRELOADED:
        import_module(module)
    Asset("s3://preloaded/")  # the first Asset searches all installed providers for handlers of its scheme
    log.info(
        "Process %d has imported what tasks of media jobs import, in %.1f s.", os.getpid(), time.monotonic() - began
    )


preload()
