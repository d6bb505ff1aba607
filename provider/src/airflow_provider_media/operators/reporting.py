"""Reporting: a task pushes its progress and its error as XComs. The API and the commands read these XComs."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context

from airflow_provider_media.airflow_contract.xcom import ERROR, PROGRESS
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.progress import Progress

log = logging.getLogger(__name__)


def report_progress(progress: Progress) -> None:
    """Push the progress of the running task."""
    _push(
        PROGRESS,
        {"name": progress.name, "percent": round(progress.percent, 1), "speed": progress.speed, "eta": progress.eta},
    )


def report_error(error: MediaError) -> None:
    """Push the error that fails the running task."""
    report_failure(error.code, error.message)


def report_failure(code: str, message: str) -> None:
    """Push the code and the message of a failure that is not a domain error."""
    _push(ERROR, {"code": code, "message": message})


def _push(key: str, value: Any) -> None:
    try:
        task = get_current_context()["ti"]
    except RuntimeError:
        # No task context: the package is used as a library.
        return
    try:
        task.xcom_push(key=key, value=value)
    except Exception:
        # A failed report must not fail the job.
        log.warning("The task's %s could not be pushed.", key, exc_info=True)
