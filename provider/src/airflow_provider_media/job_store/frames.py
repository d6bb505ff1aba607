"""Frames of a job's source and of its published files, for the page that compares them."""

from __future__ import annotations

import time
from collections.abc import Callable

from airflow.utils.session import create_session

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.execution.frame_decoding import frame_of_file, frame_of_segment
from airflow_provider_media.core.ffmpeg.errors import Cancelled, FrameUnavailable
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.manifests import MediaPlaylist, parse_media_playlist
from airflow_provider_media.core.publication.published_files import PublishedFile
from airflow_provider_media.core.publication.renditions import beside, segment_at
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.workflows.freezing import load_frozen
from airflow_provider_media.hooks.media import MediaHook, kept_hook, source_connection
from airflow_provider_media.job_store.errors import FileUnknown
from airflow_provider_media.job_store.job_queries import find_run
from airflow_provider_media.job_store.published_files import find_publication, manifest_files, storage_of
from airflow_provider_media.job_store.workflow_runs import workflow_dag_of

SOURCE = "source"
"""What a frame is asked of, besides the paths of published files."""
FRAME_SECONDS = 20.0
"""Time for one frame; somebody waits for it."""


def read_frame(account: Account, job_id: str, of: str, at: float) -> bytes:
    """Return one frame as JPEG.

    :param of: ``source``, or the decoded path of a published file below the job's output location: a video, or the
        media playlist of a rendition.
    :param at: seconds.
    :raises JobUnknown: when the account has no job of this id.
    :raises ConfUntrusted: when no submission has made the job.
    :raises NothingPublished: when the job has not published yet.
    :raises FileUnknown: when the job's manifest does not name the file, or when the file is gone.
    :raises FrameUnavailable: when there is no frame at that time, or when it takes too long.
    :raises StorageError: when the storage cannot be read.
    """
    until = time.monotonic() + FRAME_SECONDS

    def is_late() -> bool:
        return time.monotonic() > until

    try:
        return (
            _source_frame(account, job_id, at, is_late)
            if of == SOURCE
            else _published_frame(account, job_id, of, at, is_late)
        )
    except ObjectNotFound:
        raise FileUnknown("The file of which a frame is asked is no longer in its storage.") from None
    except Cancelled:
        raise FrameUnavailable(
            f"The frame was not fetched and decoded within {FRAME_SECONDS:.0f} s; download the file and look at"
            " it in a player."
        ) from None


def _source_frame(account: Account, job_id: str, at: float, is_late: Callable[[], bool]) -> bytes:
    with create_session(scoped=False) as session:
        run, _ = find_run(account, job_id, session)
        # A conf that no submission has signed could name any file that the connection can read.
        if run.conf is None or workflow_dag_of(run) is None:
            raise ConfUntrusted(f"The run of the job {job_id} was made by hand: its source is not shown.")
        source, workflow = facts_of(run.conf).source, load_frozen(run.conf["workflow"]).workflow
    hook = MediaHook(source_connection(workflow), job=job_id)
    return frame_of_file(source, at, hook.engine(cancelled=is_late))


def _published_frame(account: Account, job_id: str, path: str, at: float, is_late: Callable[[], bool]) -> bytes:
    found = find_publication(account, job_id)
    files = manifest_files(found.connection, found.manifest)

    def named(wanted: str) -> PublishedFile:
        if wanted not in files:
            raise FileUnknown(f"The job {job_id} has published no file {wanted!r}; its manifest names its files.")
        return files[wanted]

    def content(uri: str) -> bytes:
        engine.raise_if_cancelled()
        file = named(beside(path, uri))
        return storage_of(found.connection, file.uri).read(file.uri)

    file = named(path)
    engine = kept_hook(found.connection).engine(cancelled=is_late)
    if not path.endswith(".m3u8"):
        return frame_of_file(file.uri, at, engine)
    playlist = _media_playlist(path, storage_of(found.connection, file.uri).read(file.uri))
    segment, begin = segment_at(playlist, at)
    return frame_of_segment([content(playlist.init), content(segment.uri)], at - begin, engine)


def _media_playlist(path: str, content: bytes) -> MediaPlaylist:
    try:
        return parse_media_playlist(path, content.decode())
    except (UnicodeDecodeError, VerificationFailed):
        raise FrameUnavailable(f"{path} is no media playlist; ask for a frame of one of its renditions.") from None
