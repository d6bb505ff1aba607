"""Imports what the tasks of jobs import: in Celery's workers, once before they fork, by ``[celery] extra_celery_config``.

Importing this module is all that there is to do: ``{"include": ["airflow_provider_media.preloading"]}``.
"""

from __future__ import annotations

import logging
import os
import time
from importlib import import_module

log = logging.getLogger(__name__)
PRELOADED = (
    "airflow_provider_media.factory.announce",
    "airflow_provider_media.factory.ingest",
    "airflow_provider_media.factory.workflow",
    "airflow_provider_media.plugin",
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.sdk.execution_time.task_runner",
)
"""Modules that bring with them nearly all that parsing a DAG of ours and running its tasks imports."""


def preload() -> None:
    """Import the modules, and say so once for each process that does."""
    began = time.monotonic()
    for module in PRELOADED:
        import_module(module)
    log.info("Process %d has imported what tasks of media jobs import, in %.1f s.", os.getpid(), time.monotonic() - began)


preload()
