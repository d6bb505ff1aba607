"""Errors of previews."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class PreviewTimeout(SubmissionError):
    """Reading this source took longer than a preview may; submit a job to process it."""

    code = "preview_timeout"
    advice = "Try a shorter source, or raise the option `[media] preview_seconds`; a job has no such limit."


class PreviewTooLarge(SubmissionError):
    """The source is too large to be fetched for a preview; submit a job to process it."""

    code = "preview_too_large"
    advice = "Try a smaller source, or raise the option `[media] preview_bytes`; a job has its own limit."
