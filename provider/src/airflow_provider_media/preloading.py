"""Imports what tasks and parsers of DAG files import: in Celery's workers, once before they fork, by ``[celery] extra_celery_config``.

Importing this module is all that there is to do: ``{"include": ["airflow_provider_media.preloading"]}``.
"""

from __future__ import annotations

import logging
import os
import time
from importlib import import_module

from airflow.sdk import Asset

log = logging.getLogger(__name__)
PRELOADED = (
    "airflow_provider_media.core.statelang.jsonata.bounds",
    "airflow_provider_media.core.statelang.jsonata.exact",
    "airflow_provider_media.factory.announce",
    "airflow_provider_media.factory.arrivals",
    "airflow_provider_media.factory.durable_machine",
    "airflow_provider_media.factory.ingest",
    "airflow_provider_media.factory.loader",
    "airflow_provider_media.factory.state_machines",
    "airflow_provider_media.factory.upload_queues",
    "airflow_provider_media.factory.workflow",
    "airflow_provider_media.plugin",
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.sdk.execution_time.task_runner",
)
"""Modules that bring with them nearly all that parsing our DAG files and running the tasks of jobs imports."""


def preload() -> None:
    """Import the modules, and say so once for each process that does."""
    began = time.monotonic()
    for module in PRELOADED:
        import_module(module)
    Asset("s3://preloaded/")  # the first one looks through all installed providers for what they say of its scheme
    log.info("Process %d has imported what tasks of media jobs import, in %.1f s.", os.getpid(), time.monotonic() - began)


preload()
