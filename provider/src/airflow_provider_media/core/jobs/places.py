"""Storage locations of a job: private work below the output location, and the manifest that commits the job."""

from __future__ import annotations

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import parse, redact, scheme_of

RECORD_BYTES = 1024**3
"""Size limit of a record. A record of as many files as a job may make, with keys as long as S3 allows, is smaller."""
WORK = ".media/"
"""Private folder below the output location. Readers of outputs can ignore it, and a lifecycle rule may expire it."""


RECORD = "done.json"
"""Name of the document whose existence says that an artifact or package is finished."""


def units_folder(output: str) -> str:
    """Return the URI of the folder for finished artifacts and packages; each account has a folder in it.

    :param output: URI of the output location, ending in ``/``.
    """
    return f"{output}{WORK}units/"


def unit_folder(output: str, account: str, key: str) -> str:
    """Return the URI of an account's folder for the finished artifact or package of a content key."""
    return f"{units_folder(output)}{account}/{key}/"


def record_uri(output: str, account: str, key: str) -> str:
    """Return the URI of the record of finished work."""
    return unit_folder(output, account, key) + RECORD


def probes_folder(output: str) -> str:
    """Return the URI of the folder for the facts of sources; each account has a folder in it."""
    return f"{output}{WORK}probes/"


def probe_uri(output: str, account: str, key: str) -> str:
    """Return the URI of the facts of one version of a source, as an account's jobs have found them."""
    return f"{probes_folder(output)}{account}/{key}.json"


def job_folder(output: str, job_id: str) -> str:
    """Return the URI of the folder for a job's own records."""
    return f"{output}{WORK}jobs/{job_id}/"


def manifest_uri(output: str, job_id: str) -> str:
    """Return the URI of the manifest, whose existence means that the job's outputs are complete."""
    return job_folder(output, job_id) + "manifest.json"


def plan_uri(output: str, job_id: str) -> str:
    """Return the URI of the job's plan."""
    return job_folder(output, job_id) + "plan.json"


def output_location(location: str | None, source: str) -> str:
    """Return the URI of the output location, ending in a slash: the requested one, or else the source's bucket.

    :raises ConfigurationError: when the source is in no bucket and no location was requested.
    """
    if location:
        return location.rstrip("/") + "/"
    at = parse(source)
    scheme = scheme_of(at.scheme)
    if scheme.form != "bucket" or not scheme.takes_outputs:
        raise ConfigurationError(
            f"{redact(source)} is in no bucket, so say where outputs go: set output, or output.location in the workflow"
        )
    return f"{at.scheme}://{at.authority}/"
