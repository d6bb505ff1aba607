"""Errors of Google Cloud Storage for people: which object, why, and the permission or setting that would cure it.

Statuses and reasons are those of https://cloud.google.com/storage/docs/json_api/v1/status-codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.errors import (
    AlreadyExists,
    ObjectNotFound,
    StorageError,
    StorageForbidden,
    StorageFull,
    changed,
)

ROLES: Mapping[str, str] = {
    "storage.objects.get": "roles/storage.objectViewer",
    "storage.objects.list": "roles/storage.objectViewer",
    "storage.objects.create": "roles/storage.objectUser",
    "storage.objects.delete": "roles/storage.objectUser",
    "serviceusage.services.use": "roles/serviceusage.serviceUsageConsumer",
    "iam.serviceAccounts.signBlob": "roles/iam.serviceAccountTokenCreator",
}
"""The smallest predefined role with each permission: https://cloud.google.com/storage/docs/access-control/iam-roles."""
_PERMISSION = re.compile(r"\b(?:storage|cloudkms|serviceusage|iam)\.\w+\.\w+")
_FULL = {"quotaExceeded", "storageQuotaExceeded"}
_THROTTLED = {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"}
_BILLING = {"accountDisabled", "UserProjectAccountProblem", "userProjectMissing"}


@contextmanager
def translate_errors(
    uri: str, *, needs: str, failure: type[StorageError] = StorageError, target: str | None = None
) -> Iterator[None]:
    """Turn errors of Google's libraries into errors of the core.

    :param uri: URI of the object that is read or written.
    :param needs: permission that the operation needs.
    :param failure: class of the errors for which a retry may help.
    :param target: URI to which a copy goes.
    """
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (GoogleAPIError, GoogleAuthError, DataCorruption, InvalidResponse, RequestException, HTTPError) as error:
        raise translate_error(error, uri, needs=needs, failure=failure, target=target) from error


def translate_error(
    error: Exception, uri: str, *, needs: str, failure: type[StorageError], target: str | None = None
) -> MediaError:
    """Return the core's error for an error of Google's libraries.

    The message leaves out the libraries' words, which may hold addresses and the names of accounts.
    """
    named = f"{uri} to {target}" if target else uri
    # A RetryError holds the last error before the time for retries was over.
    error = getattr(error, "cause", None) or error
    return (
        _of_credentials(error, named, failure)
        or _of_reason(error, named, failure)
        or _of_status(error, named, uri, needs)
        or _unknown(error, named, failure)
    )


def reasons_of(error: BaseException) -> set[str]:
    """Return the reasons in a server's answer."""
    return {str(each.get("reason", "")) for each in getattr(error, "errors", ()) if isinstance(each, Mapping)}


def status_of(error: BaseException) -> int:
    """Return the HTTP status of a server's answer; 0 when there was none."""
    answer = getattr(error, "response", None)
    return int(getattr(error, "code", None) or getattr(answer, "status_code", None) or 0)


def _of_credentials(error: Exception, named: str, failure: type[StorageError]) -> MediaError | None:
    """Return the error of a request that had no valid credentials."""
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError

    if isinstance(error, DefaultCredentialsError):
        return StorageForbidden(
            f"There are no credentials for {named}; set key_path or keyfile_dict in the Airflow connection, or make"
            " application default credentials."
        )
    if isinstance(error, TransportError):
        return failure(f"Google's server of tokens for {named} cannot be reached; try again.")
    if isinstance(error, GoogleAuthError) or status_of(error) == 401:
        return StorageForbidden(
            f"The credentials for {named} are not valid or have expired; check the key of the Airflow connection."
        )
    return None


def _of_reason(error: Exception, named: str, failure: type[StorageError]) -> MediaError | None:
    """Return the error for a reason that the server names."""
    reasons, status = reasons_of(error), status_of(error)
    if status == 429 or reasons & _THROTTLED:
        return failure(f"Google Cloud Storage gets too many requests for {named}; try again later.")
    if status == 507 or reasons & _FULL:
        return StorageFull(
            f"A quota of Google Cloud Storage for {named} is used up; make room, raise the quota, and try again."
        )
    if reasons & _BILLING:
        return ConfigurationError(
            f"The project that pays for {named} cannot be billed: check its billing account, and `user_project` of the"
            " location."
        )
    return None


def _of_status(error: Exception, named: str, uri: str, needs: str) -> MediaError | None:
    """Return the error for an HTTP status."""
    status, message = status_of(error), str(getattr(error, "message", ""))
    if status == 404 and "bucket does not exist" in message:
        return ObjectNotFound(
            f"There is no bucket {parse(uri).authority} for {named}; check its name and the endpoint."
        )
    if status == 404:
        return ObjectNotFound(f"There is no object {named}; check its name and its bucket.")
    if status == 403:
        return StorageForbidden(_forbidden(message, named, uri, needs))
    if status in {304, 412} and needs == "storage.objects.create":
        return AlreadyExists(f"There is an object {uri} already.")
    if status in {304, 412}:
        return changed(uri)
    return None


def _forbidden(message: str, named: str, uri: str, needs: str) -> str:
    found = _PERMISSION.search(message)
    permission = found[0] if found else needs
    role = f", as in the role {ROLES[permission]}" if permission in ROLES else ""
    place = "the KMS key" if permission.startswith("cloudkms.") else f"the bucket {parse(uri).authority}"
    return (
        f"Google Cloud Storage refuses {named} (403): give the account of the connection {permission} on {place}{role}."
    )


def _unknown(error: Exception, named: str, failure: type[StorageError]) -> MediaError:
    status = status_of(error)
    said = f"status {status}" if status else type(error).__name__
    return failure(f"Google Cloud Storage failed on {named}: {said}; try again.")
