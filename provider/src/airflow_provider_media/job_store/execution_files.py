"""Files that tasks of an execution have made, and how a browser gets one."""

from __future__ import annotations

from airflow_provider_media.core.publication.published_files import FileAnswer
from airflow_provider_media.core.statelang.engine.mentioned import made_media, media_type_of
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.storage.protocol import SignedUrls
from airflow_provider_media.hooks.media import kept_hook
from airflow_provider_media.hooks.state_machine_files import find_machine
from airflow_provider_media.job_store.errors import FileUnknown
from airflow_provider_media.job_store.execution_redrive import read_history
from airflow_provider_media.job_store.publications import SHOWN_SECONDS


def read_file(machine: str, name: str, uri: str) -> FileAnswer:
    """Return how a browser gets a picture, film or sound that a task of an execution has made.

    :raises ExecutionUnknown: when there is no such execution.
    :raises FileUnknown: when no task has made the file, when it is no media, or when it is gone.
    :raises StorageError: when the storage cannot be read.
    """
    media_type = media_type_of(uri)
    if media_type is None or uri not in made_media(read_history(machine, name)):
        raise FileUnknown(f"No task of the execution {name} has made a picture, film or sound at this address.")
    hook = kept_hook(find_machine(machine).settings.connection)
    storage = hook.storage(uri)
    try:
        # The machine's connection may read more than what jobs have made.
        if not hook.made_here(uri) or not isinstance(storage, SignedUrls):
            raise FileUnknown("The file was made by no job of this Airflow, or its storage signs no URLs.")
    except ObjectNotFound:
        raise FileUnknown("The file was made, but is no longer in its storage.") from None
    return FileAnswer(media_type=media_type, url=storage.download_url(uri, seconds=SHOWN_SECONDS))
