"""What a task tells of itself while it runs, and when it fails: XComs that the API and the commands read."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.progress import Progress

log = logging.getLogger(__name__)

PROGRESS, ERROR = "progress", "error"
"""Keys of the XComs."""


def tell_progress(progress: Progress) -> None:
    """Tell how far the running task has come."""
    _leave(PROGRESS, {"name": progress.name, "percent": round(progress.percent, 1), "speed": progress.speed, "eta": progress.eta})


def tell_error(error: MediaError) -> None:
    """Tell why the running task fails."""
    tell_failure(error.code, error.message)


def tell_failure(code: str, message: str) -> None:
    """Tell why the running task fails, where it is not an error of its own."""
    _leave(ERROR, {"code": code, "message": message})


def _leave(key: str, value: Any) -> None:
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
