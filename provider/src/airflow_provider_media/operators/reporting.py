"""Reporting: a task pushes its progress and its error as XComs, which the API and the commands read."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.progress import Progress

log = logging.getLogger(__name__)

PROGRESS, ERROR = "progress", "error"
"""Keys of the XComs."""


def report_progress(progress: Progress) -> None:
    """Tell how far the running task has come."""
    _push(PROGRESS, {"name": progress.name, "percent": round(progress.percent, 1), "speed": progress.speed, "eta": progress.eta})


def report_error(error: MediaError) -> None:
    """Tell why the running task fails."""
    report_failure(error.code, error.message)


def report_failure(code: str, message: str) -> None:
    """Tell why the running task fails, where it is not an error of its own."""
    _push(ERROR, {"code": code, "message": message})


def _push(key: str, value: Any) -> None:
    try:
        task = get_current_context()["ti"]
    except RuntimeError:
        # Called without a task, as a library.
        return
    try:
        task.xcom_push(key=key, value=value)
    except Exception:
        # No job fails because nobody could be told of it.
        log.warning("The task's %s could not be told.", key, exc_info=True)
