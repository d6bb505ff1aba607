"""Errors of workflows whose outputs cannot be planned."""

from __future__ import annotations

from airflow_provider_media.core.errors import ConfigurationError


class OutputTooLarge(ConfigurationError):
    """The workflow asks for more images, tracks or files than one job may make."""

    code = "output_too_large"
    advice = "Ask for fewer or longer segments, images or tracks; docs/reference/limits.md lists the limits."
