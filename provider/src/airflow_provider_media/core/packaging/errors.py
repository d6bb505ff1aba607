"""Errors of packages: made wrongly, or other than planned."""

from __future__ import annotations

from airflow_provider_media.core.ffmpeg.errors import ProcessingError


class VerificationFailed(ProcessingError):
    """An output differs from its plan."""

    code = "verification_failed"
    advice = "Read which measured value differs from the plan, keep the source, and report both."
