"""Publications of workflow runs, for people who look at them."""

from __future__ import annotations

import json

from airflow.utils.session import create_session

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.jobs.model import Job, Manifest
from airflow_provider_media.core.jobs.places import RECORD_BYTES
from airflow_provider_media.core.publication.gallery import Publication
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.storage.protocol import SignedUrls
from airflow_provider_media.core.task_ids import PROBE, PUBLISH
from airflow_provider_media.job_store.errors import NothingPublished
from airflow_provider_media.job_store.job_views import value

SHOWN_SECONDS = 3600
"""Seconds for which the links of a page are valid."""


def read_publication(workflow: str, run_id: str) -> Publication:
    """Return what a run of a workflow has published.

    :raises NothingPublished: when there is no such run, or when it has not published yet.
    :raises StorageError: when the run's manifest cannot be read.
    """
    with create_session(scoped=False) as session:
        probed, published = (
            value(workflow_dag_id(workflow), run_id, task, RETURN_VALUE, session) for task in (PROBE, PUBLISH)
        )
    if not probed or not published:
        raise NothingPublished(f"The run {run_id} of the workflow {workflow} has published nothing yet.")
    return _read(from_json(Job, probed["job"]), published["manifest"])


def _read(job: Job, uri: str) -> Publication:
    from airflow_provider_media.hooks.media import kept_hook, output_connection

    storage = kept_hook(output_connection(job.workflow.workflow)).storage(uri)
    manifest = from_json(Manifest, json.loads(storage.read(uri, limit=RECORD_BYTES)))
    texts = {made.uri: storage.read(made.uri).decode() for made in manifest.outputs if made.media_type == "text/vtt"}
    if not isinstance(storage, SignedUrls):
        return Publication(manifest=manifest, texts=texts)
    return Publication(
        manifest=manifest, texts=texts, address=lambda at: storage.download_url(at, seconds=SHOWN_SECONDS)
    )
