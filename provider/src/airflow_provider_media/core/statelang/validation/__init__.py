"""Checks of a definition, all of them at once, each finding with its place."""

from airflow_provider_media.core.statelang.validation.report import MachineDiagnostic
from airflow_provider_media.core.statelang.validation.validate import validate

__all__ = ["MachineDiagnostic", "validate"]
