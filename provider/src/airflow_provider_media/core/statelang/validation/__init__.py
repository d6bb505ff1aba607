"""Validation of a definition: one pass reports all findings, each with its location."""

from airflow_provider_media.core.statelang.validation.validate import validate

__all__ = ["validate"]
