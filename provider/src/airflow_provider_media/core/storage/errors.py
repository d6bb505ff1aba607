"""Errors of storages."""

from __future__ import annotations

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.media.uri import redact


class StorageError(MediaError):
    """The storage failed."""

    code = "storage_failed"
    exit_code = 5
    retryable = True
    advice = "Check that the storage answers from the worker; the task retries by itself."


class ObjectNotFound(StorageError):
    """There is no such object."""

    code = "object_not_found"
    retryable = False
    advice = "Check the URI and whether a lifecycle rule has deleted the object."


class StorageForbidden(StorageError):
    """The storage refused access."""

    code = "storage_forbidden"
    retryable = False
    advice = "Give the connection's user the rights that docs/how-to/permissions.md lists."


class StorageFull(StorageError):
    """The disk is full, or its quota is used up."""

    code = "storage_full"
    advice = "Free space or raise the quota; the task retries by itself."


class UploadFailed(StorageError):
    """An output could not be uploaded."""

    code = "upload_failed"
    advice = "Check the connection to the storage; the task retries by itself."


class AlreadyExists(StorageError):
    """A conditional write found that the object exists already."""

    code = "already_exists"
    retryable = False
    advice = "Choose another output location, or delete the older object first."


def changed(uri: str) -> StorageError:
    """Return the error of an object that was replaced or written to while it was read."""
    return StorageError(f"{redact(uri)} was changed while it was read; wait until it is complete and try again.")
