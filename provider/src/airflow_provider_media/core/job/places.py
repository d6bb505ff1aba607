"""Where a job keeps what: private work below the output location, and the manifest that commits it."""

from __future__ import annotations

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import parse, redact

RECORD_BYTES = 1024**3
"""Most bytes of a record: one of as many files as a job may make, under keys as long as S3 takes, has less."""
WORK = ".media/"
"""Folder below the output location that readers of outputs need not look into; a lifecycle rule may expire it."""


def unit_folder(output: str, key: str) -> str:
    """URI of the folder in which finished units and packages of a content key are kept.

    :param output: URI of the output location, ending in ``/``.
    """
    return f"{output}{WORK}units/{key}/"


def job_folder(output: str, job_id: str) -> str:
    """URI of the folder of a job's own records."""
    return f"{output}{WORK}jobs/{job_id}/"


def manifest_uri(output: str, job_id: str) -> str:
    """URI of the document whose existence says that the job's outputs are complete."""
    return job_folder(output, job_id) + "manifest.json"


def plan_uri(output: str, job_id: str) -> str:
    """URI of the job's plan."""
    return job_folder(output, job_id) + "plan.json"


def output_location(location: str | None, source: str) -> str:
    """URI below which outputs go, ending in a slash: the one asked for, or else the source's bucket.

    :raises ConfigurationError: when the source lies in no bucket and nothing else was asked for.
    """
    if location:
        return location.rstrip("/") + "/"
    at = parse(source)
    if at.scheme != "s3":
        raise ConfigurationError(
            f"{redact(source)} is in no bucket, so say where outputs go: set output, or output.location in the workflow"
        )
    return f"s3://{at.authority}/"
