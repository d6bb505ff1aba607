"""Errors of services that hooks call."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class QueueUnreadable(SubmissionError):
    """The upload queue cannot be read."""

    code = "queue_unreadable"
    retryable = True
    advice = "Check the queue's URL, connection and rights; the sensor retries by itself."
