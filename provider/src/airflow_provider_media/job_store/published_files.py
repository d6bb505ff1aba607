"""Published files of jobs: which there are, and how a browser gets one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from airflow.utils.session import create_session

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.jobs.model import Manifest, MeasuredQuality
from airflow_provider_media.core.jobs.places import RECORD_BYTES
from airflow_provider_media.core.media.uri import local_path
from airflow_provider_media.core.publication.published_files import FileAnswer, PublishedFile, files_by_path
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.storage.protocol import SignedUrls, Storage
from airflow_provider_media.core.task_ids import PUBLISH
from airflow_provider_media.core.workflows.freezing import load_frozen
from airflow_provider_media.hooks.media import kept_hook, output_connection
from airflow_provider_media.job_store.errors import FileUnknown, NothingPublished
from airflow_provider_media.job_store.job_queries import find_run
from airflow_provider_media.job_store.job_views import value
from airflow_provider_media.job_store.publications import SHOWN_SECONDS
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of

KEPT_MANIFESTS = 16
"""Manifests that a server keeps: a player asks for thousands of files of one job, and a manifest never changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPublication:
    """Where the last task of a job says that the job's files are."""

    manifest: str
    """URI."""
    thumbnail: str | None
    """URI."""
    quality: tuple[MeasuredQuality, ...]
    connection: str
    """Connection that wrote them."""


def read_file(account: Account, job_id: str, path: str) -> FileAnswer:
    """Return how a browser gets one published file of a job.

    :param path: decoded path below the job's output location.
    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    :raises FileUnknown: when the job's manifest does not name the file, or when the file is gone.
    :raises StorageError: when the storage cannot be read.
    """
    found = find_publication(account, job_id)
    file = manifest_files(found.connection, found.manifest).get(path)
    if file is None:
        raise FileUnknown(f"The job {job_id} has published no file {path!r}; its manifest names its files.")
    return _answer(file, found.connection)


def read_thumbnail(account: Account, job_id: str) -> FileAnswer:
    """Return how a browser gets a job's thumbnail.

    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    :raises FileUnknown: when the job has no thumbnail, or when the file is gone.
    """
    found = find_publication(account, job_id)
    if found.thumbnail is None:
        raise FileUnknown(f"The job {job_id} has published no picture of its video.")
    files = manifest_files(found.connection, found.manifest).values()
    file = next((each for each in files if each.uri == found.thumbnail), None)
    if file is None:
        raise FileUnknown(f"The manifest {found.manifest} does not name the job's thumbnail.")
    return _answer(file, found.connection)


def find_publication(account: Account, job_id: str) -> JobPublication:
    """Return where a job's files are.

    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    """
    with create_session(scoped=False) as session:
        run, _ = find_run(account, job_id, session)
        dag_id = workflow_dag_of(run)
        result = value(dag_id, run.run_id, PUBLISH, RETURN_VALUE, session) if dag_id else None
        conf = run.conf
    if not result or conf is None:
        raise NothingPublished(f"The job {job_id} has published nothing yet.", job_id=job_id)
    workflow = load_frozen(conf["workflow"]).workflow
    return JobPublication(
        manifest=result["manifest"],
        thumbnail=result.get("thumbnail"),
        quality=tuple(from_json(MeasuredQuality, each) for each in result.get("quality", ())),
        connection=output_connection(workflow),
    )


@lru_cache(maxsize=KEPT_MANIFESTS)
def manifest_files(connection: str, uri: str) -> Mapping[str, PublishedFile]:
    """Return the files of a manifest by their path below the output location.

    :param uri: URI of the manifest.
    :raises FileUnknown: when the manifest is gone.
    """
    try:
        content = storage_of(connection, uri).read(uri, limit=RECORD_BYTES)
    except ObjectNotFound:  # the outputs were deleted, or a lifecycle rule has expired them
        raise FileUnknown(f"The manifest {uri} was published, but is no longer in its storage.") from None
    return files_by_path(from_json(Manifest, json.loads(content)))


def storage_of(connection: str, uri: str) -> Storage:
    """Return the storage of a URI that a connection opens."""
    return kept_hook(connection).storage(uri)


def _answer(file: PublishedFile, connection: str) -> FileAnswer:
    storage = storage_of(connection, file.uri)
    try:
        if path := local_path(file.uri):
            storage.head(file.uri)
            return FileAnswer(media_type=file.media_type, path=path)
        if isinstance(storage, SignedUrls) and not file.is_fetched:
            url = storage.download_url(file.uri, seconds=SHOWN_SECONDS)
            return FileAnswer(media_type=file.media_type, url=url)
        return FileAnswer(media_type=file.media_type, content=storage.read(file.uri))
    except ObjectNotFound:
        raise FileUnknown(f"The file {file.uri} was published, but is no longer in its storage.") from None
