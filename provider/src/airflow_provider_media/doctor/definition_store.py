"""Definition store: whether it can be listed and read, and whether it refuses to overwrite."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from airflow_provider_media.core.definitions.definition import KINDS
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.storage.errors import AlreadyExists, StorageError
from airflow_provider_media.core.storage.protocol import Storage
from airflow_provider_media.doctor.check_result import CheckResult, error, ok
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.definitions import definition_mirror, open_storage, store_problems

CHECK = "definitions"
NAME = ".airflow-media-doctor-{}.tmp"
CONTENT = b"written by `airflow media doctor`; it may be deleted\n"


def definitions() -> Iterator[CheckResult]:
    """Check that stored definitions can be read and saved; nothing without a store."""
    location = settings.definitions()
    if not location:
        return
    try:
        overwrites = _overwrites(
            open_storage(location, settings.definitions_connection()), f"{location}{NAME.format(uuid.uuid4().hex)}"
        )
    except MediaError as wrong:
        yield error(
            CHECK,
            f"{location}: {wrong.message}",
            "Correct [media] definitions, the connection [media] definitions_conn_id, or the rights of its user.",
        )
        return
    if overwrites:
        yield error(
            CHECK,
            f"{location}: the storage ignores the condition that an object is absent, so people could overwrite each"
            " other's versions",
            "Use a storage with conditional writes: S3, GCS, a file system, or a newer version of this server.",
        )
        return
    problems = list(chain.from_iterable(store_problems(kind, max_age=0) for kind in KINDS))
    yield from (error(CHECK, problem, "Delete the object, or save the definition again.") for problem in problems)
    if not problems:
        counts = ", ".join(f"{len(definition_mirror().current(kind))} {kind}" for kind in KINDS)
        yield ok(CHECK, f"{location}: listed, read and written conditionally ({counts})")


def _overwrites(storage: Storage, uri: str) -> bool:
    storage.write(uri, CONTENT, media_type="text/plain", if_absent=True)
    try:
        storage.write(uri, CONTENT, media_type="text/plain", if_absent=True)
    except AlreadyExists:
        return False
    finally:
        # People who save need no right to delete; without it, the object stays.
        with suppress(StorageError):
            storage.delete(uri)
    return True
