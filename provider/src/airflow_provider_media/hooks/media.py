"""MediaHook: the storages of media, and the engine that processes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.schemes import all_schemes
from airflow_provider_media.core.storage.https import FetchLimits
from airflow_provider_media.core.storage.protocol import MarkedStorage, Storage, Storages
from airflow_provider_media.core.storage.registry import StorageSettings, opener_of, storages
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.hooks import settings, signing
from airflow_provider_media.hooks.location_options import check_locations

__all__ = ["MediaHook"]

KEPT_SECONDS = 60.0
"""Seconds after which a server reads a connection again; making its client takes longer than most requests."""


class MediaHook(BaseHook):
    """Reads and writes media with Airflow's connections, and builds the engine for this worker.

    :param source_conn_id: connection that reads sources: one of type ``aws`` or ``media``.
    :param output_conn_id: connection that reads and writes below ``output``; ``source_conn_id`` when absent.
    :param output: URI of the output location that ``output_conn_id`` is for.
    :param job: id of the job whose sealed URLs are opened.
    """

    conn_name_attr = "source_conn_id"
    default_conn_name = "aws_default"
    conn_type = "media"
    hook_name = "Media storage"

    def __init__(
        self,
        source_conn_id: str = default_conn_name,
        output_conn_id: str | None = None,
        output: str = "",
        job: str | None = None,
    ) -> None:
        super().__init__()
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id or source_conn_id
        self.output = output
        self._accounts = cache(partial(_storages_of, job=job))

    def storage(self, uri: str) -> Storage:
        """Return the storage of a URI.

        :raises ConfigurationError: when no storage serves the URI, or when this worker may not reach it.
        """
        ours = self.output and uri.startswith(self.output)
        return self._accounts(self.output_conn_id if ours else self.source_conn_id)(uri)

    def made_here(self, uri: str) -> bool:
        """Return whether an object is the output of a job rather than somebody's upload; only some storages can
        tell.
        """
        storage = self.storage(uri)
        return isinstance(storage, MarkedStorage) and storage.made_here(uri)

    def engine(
        self, *, cancelled: Callable[[], bool] = lambda: False, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Engine:
        """Return the engine: this worker's tools, limits and folders, with progress going to the task's log.

        :param cancelled: called often; True ends running tools.
        :param on_progress: called with progress, as often as the log is written.
        :raises ToolMissing: when a tool is missing or too old.
        """
        return Engine(
            toolchain=settings.toolchain(),
            storages=self.storage,
            limits=settings.limits(),
            directory=settings.work_directory(),
            require_sandbox=settings.require_sandbox(),
            one_task_seconds=settings.one_task_seconds(),
            report=progress_log(self.log.info, on_progress, seconds=conf.getfloat("media", "progress_seconds")),
            cancelled=cancelled,
        )

    def test_connection(self) -> tuple[bool, str]:
        """Test the connection for the UI's test button."""
        try:
            _check_options(_settings_of(self.source_conn_id))
        except ConfigurationError as error:
            return False, error.message
        return True, "The connection is complete."


def kept_hook(connection: str) -> MediaHook:
    """Return the hook of a connection for a server, which needs it again and again."""
    return _kept_hook(connection, int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=64)
def _kept_hook(connection: str, _minute: int) -> MediaHook:
    return MediaHook(connection)


def source_connection(workflow: Workflow) -> str:
    """Return the id of the connection that reads a workflow's sources: the trigger's, or else that of its outputs."""
    if workflow.trigger:
        return workflow.trigger.connection
    return workflow.output.connection if workflow.output.location else MediaHook.default_conn_name


def output_connection(workflow: Workflow) -> str:
    """Return the id of the connection that writes a workflow's outputs."""
    return workflow.output.connection if workflow.output.location else source_connection(workflow)


def outputs() -> Callable[[str, str], bool]:
    """Return a function that says whether an object is the output of a job; it makes one client per connection."""
    hooks = cache(MediaHook)
    return lambda connection, uri: hooks(connection).made_here(uri)


def _storages_of(conn_id: str, job: str | None = None) -> Storages:
    """Return the storages that a connection opens: one of type ``media``, or one that a cloud's own hook takes."""
    return storages(_settings_of(conn_id, job))


def preview_engine(conn_id: str, *, cancelled: Callable[[], bool]) -> Engine:
    """Return the engine of previews on an API server, within their own limits of bytes and time.

    :param conn_id: connection that reads the source and the images of watermarks.
    :param cancelled: called often; True ends running tools.
    :raises ToolMissing: when a tool is missing or too old.
    """
    limits = settings.preview_limits()
    return Engine(
        toolchain=settings.toolchain(),
        storages=_preview_storages(conn_id, settings.fetch_limits(limits), int(time.monotonic() // KEPT_SECONDS)),
        limits=limits,
        directory=settings.work_directory() / "previews",
        require_sandbox=settings.require_sandbox(),
        one_task_seconds=settings.one_task_seconds(),
        cancelled=cancelled,
    )


@lru_cache(maxsize=64)
def _preview_storages(conn_id: str, limits: FetchLimits, _minute: int) -> Storages:
    return storages(replace(_settings_of(conn_id), limits=limits))


def _settings_of(conn_id: str, job: str | None = None) -> StorageSettings:
    """Return the settings with which a connection opens storages.

    :param job: id of the job whose sealed URLs are opened.
    """
    extra = _media_extra(conn_id)
    own_folders = settings.split_folders((extra or {}).get("local_folders") or "")
    return StorageSettings(
        limits=settings.fetch_limits(),
        https_allow=settings.https_allow(),
        unseal=partial(signing.unseal, job=job) if job else str,
        folders=own_folders or settings.local_folders(),
        connection=conn_id,
        options=extra,
    )


def _check_options(found: StorageSettings) -> None:
    """Open every scheme for which a connection has options.

    :raises ConfigurationError: when an option is wrong, or a library is missing.
    """
    extra = found.options or {}
    locations = extra.get("locations", {})
    check_locations(locations)
    named = {prefix.partition("://")[0] for prefix in locations} | extra.keys()
    for scheme in all_schemes():
        if scheme.name in named:
            opener_of(scheme)(found)


def aws_connection(conn_id: str) -> str:
    """Return the id of the AWS connection behind a connection of type ``media``; any other stands for itself."""
    extra = _media_extra(conn_id)
    return conn_id if extra is None else extra.get("aws_conn_id") or MediaHook.default_conn_name


def _media_extra(conn_id: str) -> dict[str, Any] | None:
    # A missing AWS connection is no error: boto3 then finds its credentials by itself, as on an instance with a role.
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return None
    return connection.extra_dejson if connection.conn_type == MediaHook.conn_type else None


def progress_log(
    write: Callable[..., None], on_progress: Callable[[Progress], None] = lambda _: None, *, seconds: float
) -> Callable[[Progress], None]:
    """Return a function that writes progress to a log.

    It writes the first and the last progress of each piece of work, and one every so many seconds in between.

    :param write: a logger's method, such as ``log.info``.
    :param on_progress: called as often as the log is written.
    """
    written: dict[str, float] = {}

    def report(progress: Progress) -> None:
        now = time.monotonic()
        if progress.percent < 100 and now - written.get(progress.name, -seconds) < seconds:
            return
        written[progress.name] = now
        write("%s", progress)
        on_progress(progress)

    return report
