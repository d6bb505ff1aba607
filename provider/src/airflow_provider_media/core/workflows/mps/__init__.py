"""Requests of Tencent's media processing service as outputs: ``ProcessMedia`` with its templates and parameters.

Source of fields and templates: the service's API of 2019-06-12 and its page of preset templates.
"""

from airflow_provider_media.core.workflows.mps.part import Part
from airflow_provider_media.core.workflows.mps.requests import location_of, outputs_of, source_of
from airflow_provider_media.core.workflows.mps.templates import LADDERS, PICTURES, TRANSCODES

__all__ = ["LADDERS", "PICTURES", "TRANSCODES", "Part", "location_of", "outputs_of", "source_of"]
