"""Queries for the page of one job: its timeline, its frozen workflow and the verification of its files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from airflow.models import TaskInstance
from airflow.utils.session import create_session

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.jobs.model import FrameScores
from airflow_provider_media.core.jobs.places import RECORD_BYTES, plan_uri
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.manifests import MediaPlaylist, parse_media_playlist
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.publication.job_page_views import (
    JobTimeline,
    JobVerification,
    TimelineTask,
    verification_of,
)
from airflow_provider_media.core.publication.published_files import PublishedFile
from airflow_provider_media.core.publication.quality_over_time import (
    JobQuality,
    QualityOverTime,
    QualityPoint,
    quality_points,
)
from airflow_provider_media.core.publication.renditions import JobRenditions, published_rendition
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.task_ids import ENCODE, PACKAGE, PROBE, STAGES
from airflow_provider_media.core.workflows.freezing import load_frozen
from airflow_provider_media.core.workflows.yaml_text import workflow_text
from airflow_provider_media.job_store.dag_runs import tasks_of
from airflow_provider_media.job_store.job_queries import find_run
from airflow_provider_media.job_store.job_views import mapped_values, value
from airflow_provider_media.job_store.published_files import find_publication, manifest_files, storage_of
from airflow_provider_media.job_store.workflow_runs import find_workflow_run, workflow_dag_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


PLAYLIST = ".m3u8"


def read_timeline(account: Account, job_id: str) -> JobTimeline:
    """Return the tasks of a job's run in its workflow's DAG, in order; no task before the job has got its slot.

    :raises JobUnknown: when the account has no job of this id.
    """
    with create_session(scoped=False) as session:
        run, _ = find_run(account, job_id, session)
        working = find_workflow_run(run, session)
        if working is None:
            return JobTimeline(dag_id=workflow_dag_of(run))
        records = _records(working.dag_id, working.run_id, session)
        probed = value(working.dag_id, working.run_id, PROBE, RETURN_VALUE, session)
        tasks = sorted(tasks_of(working, session), key=_order)
        return JobTimeline(
            dag_id=working.dag_id,
            run_id=working.run_id,
            state=str(working.state),
            is_in_one_task=bool(probed and probed.get("is_in_one_task")),
            tasks=tuple(_task(task, records.get((task.task_id, task.map_index))) for task in tasks),
        )


def read_workflow(account: Account, job_id: str) -> str:
    """Return the workflow that a job carries, as YAML text.

    :raises JobUnknown: when the account has no job of this id.
    :raises ConfUntrusted: when no submission has made the job.
    """
    with create_session(scoped=False) as session:
        run, _ = find_run(account, job_id, session)
        if run.conf is None or workflow_dag_of(run) is None:
            raise ConfUntrusted(f"The run of the job {job_id} was made by hand: its conf holds no workflow.")
        return workflow_text(load_frozen(run.conf["workflow"]).workflow)


def read_verification(account: Account, job_id: str) -> JobVerification:
    """Return the planned and the measured facts of a job's files.

    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    :raises FileUnknown: when the job's manifest is gone.
    :raises StorageError: when the storage cannot be read.
    """
    found = find_publication(account, job_id)
    files = manifest_files(found.connection, found.manifest)
    uri = plan_uri(found.manifest.partition(".media/jobs/")[0], job_id)
    try:
        content = storage_of(found.connection, uri).read(uri, limit=RECORD_BYTES)
    except ObjectNotFound:  # a lifecycle rule may expire it
        return verification_of(files, None)
    return verification_of(files, from_json(Plan, json.loads(content)))


def read_renditions(account: Account, job_id: str) -> JobRenditions:
    """Return the renditions of a job's packages, with the bit rate of each segment.

    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    :raises FileUnknown: when the job's manifest is gone.
    :raises StorageError: when the storage cannot be read.
    """
    found = find_publication(account, job_id)
    files = manifest_files(found.connection, found.manifest)
    sizes = {path: file.size for path, file in files.items()}
    read = _playlists((path for path in files if path.endswith(PLAYLIST)), files, found.connection)
    return JobRenditions(
        renditions=tuple(published_rendition(path, files[path].output, playlist, sizes) for path, playlist in read)
    )


def read_quality(account: Account, job_id: str) -> JobQuality:
    """Return the quality of a job's videos over time.

    :raises JobUnknown: when the account has no job of this id.
    :raises NothingPublished: when the job has not published yet.
    :raises StorageError: when the storage cannot be read.
    """
    found = find_publication(account, job_id)
    return JobQuality(
        renditions=tuple(
            QualityOverTime(output=each.output, rendition=each.rendition, points=_points(each.uri, found.connection))
            for each in found.quality
        )
    )


def _points(uri: str, connection: str) -> tuple[QualityPoint, ...]:
    try:
        content = storage_of(connection, uri).read(uri, limit=RECORD_BYTES)
    except ObjectNotFound:  # a lifecycle rule may expire it
        return ()
    return quality_points(from_json(FrameScores, json.loads(content)))


def _playlists(
    paths: Iterable[str], files: Mapping[str, PublishedFile], connection: str
) -> Iterator[tuple[str, MediaPlaylist]]:
    """Yield the media playlists of all segments; not the master playlists, nor those of keyframes alone."""
    for path in paths:
        uri = files[path].uri
        try:
            playlist = parse_media_playlist(path, storage_of(connection, uri).read(uri).decode())
        except VerificationFailed:  # a master playlist names no segments
            continue
        except ObjectNotFound:  # deleted since it was published
            continue
        if not playlist.keyframes_only:
            yield path, playlist


def _order(task: TaskInstance) -> tuple[int, int]:
    place = STAGES.index(task.task_id) if task.task_id in STAGES else len(STAGES)
    return place, task.map_index


def _records(dag_id: str, run_id: str, session: Session) -> dict[tuple[str, int], list[Mapping[str, Any]]]:
    """Return the records of results that tasks have pushed, by task and map index."""
    pushed = mapped_values((dag_id, run_id), (ENCODE, PACKAGE), RETURN_VALUE, session)
    # The encode task pushes one record, the package task a list.
    return {place: [value] if isinstance(value, Mapping) else list(value or ()) for place, value in pushed.items()}


def _task(task: TaskInstance, records: list[Mapping[str, Any]] | None) -> TimelineTask:
    is_mapped = task.map_index >= 0
    name = records[0].get("name") if records and is_mapped else None
    return TimelineTask(
        task=task.task_id,
        map_index=task.map_index if is_mapped else None,
        label=name or task.rendered_map_index,
        state=None if task.state is None else str(task.state),
        attempt=task.try_number or 0,
        started_at=task.start_date,
        ended_at=task.end_date,
        reused=all(record.get("reused") for record in records) if records else None,
    )
