"""Errors of S3 for people: which key, why, and the policy statement or setting that would cure it.

Codes are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. Servers that speak S3's protocol
use them, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.media.errors import SourceArchived, SourceRestoring
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.errors import (
    AlreadyExists,
    ObjectNotFound,
    StorageError,
    StorageForbidden,
    changed,
)

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "HeadObject": ("s3:GetObject",),
    "GetObject": ("s3:GetObject",),
    "PutObject": ("s3:PutObject",),
    "CreateMultipartUpload": ("s3:PutObject",),
    "UploadPart": ("s3:PutObject",),
    "CompleteMultipartUpload": ("s3:PutObject",),
    "AbortMultipartUpload": ("s3:AbortMultipartUpload",),
    "CopyObject": ("s3:GetObject", "s3:PutObject"),
    "UploadPartCopy": ("s3:GetObject", "s3:PutObject"),
    "DeleteObject": ("s3:DeleteObject",),
    "ListObjectsV2": ("s3:ListBucket",),
    "RestoreObject": ("s3:RestoreObject",),
}
"""Actions that a policy has to allow for an operation:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html."""
_NO_CREDENTIALS = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "TokenRetrievalError"}
)
_AWAY = frozenset(
    {
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ConnectionClosedError",
        "SSLError",
        "ProxyConnectionError",
    }
)
_ACTION = re.compile(r"\b(?:s3|kms|sts):[A-Z]\w+")
_KEY = re.compile(r"arn:aws[\w-]*:kms:[\w-]*:\d*:(?:key|alias)/[\w/-]+")
_DENIED = re.compile(r"explicit deny in an? ([\w -]+?) policy")

_FORBIDDEN: Mapping[str, str] = {
    "InvalidAccessKeyId": "the access key is not known there: check the login of the connection",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key: check the password of the connection",
    "InvalidToken": "the session token is not valid: make new temporary credentials",
    "ExpiredToken": (
        "the temporary credentials have expired: make new ones, or let the connection assume a role, which renews them"
    ),
    "RequestTimeTooSkewed": "the clock of this machine is wrong by more than 15 minutes: set it by NTP",
    "AllAccessDisabled": "all access to the bucket is disabled: its owner has to enable it",
    "AccountProblem": "the AWS account cannot be used: AWS support tells why",
    "NotSignedUp": "the AWS account has no S3: sign it up",
    "KMS.DisabledException": "the KMS key is disabled: enable it, or name another one for the location",
    "KMS.NotFoundException": "there is no such KMS key: check its ARN and region",
    "KMS.KMSInvalidStateException": "the KMS key cannot be used in its state: it may be about to be deleted",
}
_MISCONFIGURED: Mapping[str, str] = {
    "AccessControlListNotSupported": "the bucket takes no ACLs: take `acl` out of the options of the location",
    "InvalidStorageClass": "the storage class is not known there: correct `storage_class` of the location",
    "InvalidTag": "a tag is not valid there: correct `tags` of the location",
    "InvalidEncryptionAlgorithmError": "the encryption is not known there: correct `encryption` of the location",
    "InvalidBucketName": "the name of the bucket is not valid",
    "KeyTooLongError": "the key has more than 1,024 bytes: shorten output.path or the source's name",
    "NotImplemented": (
        "the server does not know something that is asked of it: check the options of the location, above all"
        " `checksum`"
    ),
}
_REDIRECTS = frozenset(
    {
        "PermanentRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "301",
        "TemporaryRedirect",
    }
)


@contextmanager
def translate_errors(
    uri: str, *, failure: type[StorageError] = StorageError, target: str | None = None
) -> Iterator[None]:
    """Turn errors of boto3 into errors of the core.

    :param uri: URI of the object that is read or written.
    :param failure: class of the errors for which a retry may help.
    :param target: URI to which a copy goes.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from s3transfer.exceptions import RetriesExceededError, S3DownloadFailedError

    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error, RetriesExceededError, S3DownloadFailedError) as error:
        raise translate_error(error, uri, failure, target=target) from error


def status_of(error: BaseException) -> tuple[str, int]:
    """Return the code and the HTTP status of an error."""
    answer = getattr(_client_error(error), "response", None) or {}
    return answer.get("Error", {}).get("Code", ""), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def translate_error(
    error: Exception, uri: str, failure: type[StorageError] = StorageError, *, target: str | None = None
) -> MediaError:
    """Return the core's error for an error of boto3.

    The message leaves out the library's words, which may hold addresses and ids of keys.

    :param target: URI to which a copy goes.
    """
    named = f"{uri} to {target}" if target else uri
    return (
        _of_library(error, named, failure)
        or _of_code(error, named, uri)
        or _of_status(error, named, uri, target)
        or _unknown(error, named, failure)
    )


def _of_library(error: Exception, named: str, failure: type[StorageError]) -> MediaError | None:
    """Return the error of a request that boto3 could not even send."""
    name = type(error).__name__
    if name in _NO_CREDENTIALS:
        return StorageForbidden(
            f"There are no credentials for {named}; set them in the Airflow connection or in AWS_* variables."
        )
    if name in _AWAY:
        return failure(
            f"The S3 endpoint for {named} cannot be reached ({name}): check endpoint_url of the connection, and try"
            " again."
        )
    return None


def _of_code(error: Exception, named: str, uri: str) -> MediaError | None:
    """Return the error for a code of S3's own."""
    code, _ = status_of(error)
    if code in _FORBIDDEN:
        return StorageForbidden(f"S3 refuses {named} ({code}): {_FORBIDDEN[code]}.")
    if code in _MISCONFIGURED:
        return ConfigurationError(f"S3 refuses {named} ({code}): {_MISCONFIGURED[code]}.")
    if code in _REDIRECTS:
        return ConfigurationError(
            f"The bucket of {named} lies in {_region(error)}: set that region in the connection or for the location."
        )
    if code == "NoSuchBucket":
        return ObjectNotFound(
            f"There is no bucket {parse(uri).authority} for {named}; check its name, its account and the endpoint."
        )
    if code == "RestoreAlreadyInProgress":
        return restoring(uri)
    return archived(uri) if code == "InvalidObjectState" else None


def _of_status(error: Exception, named: str, uri: str, target: str | None) -> MediaError | None:
    """Return the error for an HTTP status: the answer to HEAD has no code."""
    _, status = status_of(error)
    if status == 404:
        return ObjectNotFound(f"There is no object {named}; check its name and the account.")
    if status in {401, 403}:
        return StorageForbidden(_forbidden(_client_error(error), named, uri, target))
    if status != 412:
        return None
    if _operation(error) == "PutObject":
        return AlreadyExists(f"There is an object {uri} already.")
    return changed(uri)


def _unknown(error: Exception, named: str, failure: type[StorageError]) -> MediaError:
    code, status = status_of(error)
    return failure(
        f"S3 failed on {named}: {code or type(error).__name__}{f' ({status})' if status else ''}; try again."
    )


def archived(uri: str) -> SourceArchived:
    """Return the error of an object that lies in an archive, from which nobody can read."""
    return SourceArchived(
        f"{uri} lies in an archive (S3 Glacier), from which it cannot be read: restore it, for instance by `aws s3api"
        " restore-object`, and submit the job again, or set `restore` for its location in the extra of the connection"
    )


def restoring(uri: str) -> SourceRestoring:
    """Return the error of an object that is being restored."""
    return SourceRestoring(
        f"{uri} is being restored from an archive (S3 Glacier), which takes minutes to two days by its class and tier."
        " Jobs of Airflow wait for it; elsewhere, try again then."
    )


def is_archived(head: Mapping[str, Any]) -> bool:
    """Return whether an answer to HeadObject is that of an object that has to be restored before it can be read."""
    is_away = head.get("StorageClass") in {"GLACIER", "DEEP_ARCHIVE"} or "ArchiveStatus" in head
    return is_away and 'ongoing-request="false"' not in head.get("Restore", "")


def _forbidden(error: BaseException, named: str, uri: str, target: str | None) -> str:
    """Return the message that says what must be allowed, as a statement of a policy.

    S3 answers so for a missing object as well, when listing is not allowed.
    """
    code, _ = status_of(error)
    message = str(getattr(error, "response", {}).get("Error", {}).get("Message", ""))
    operation = _operation(error)
    actions = tuple(dict.fromkeys(_ACTION.findall(message))) or ACTIONS.get(operation, ("s3:GetObject", "s3:PutObject"))
    if operation.startswith("AssumeRole"):
        needed = f"its trust policy has to allow sts:{operation} to these credentials"
        return f"The role of the connection for {named} may not be assumed ({code}): {needed}."
    refused = f"S3 refuses {operation} on {named} ({code})"
    if denied := _DENIED.search(message):
        return f"{refused}: an {denied[1]} policy denies {', '.join(actions)} explicitly; its owner has to change it."
    statement = json.dumps(
        {"Effect": "Allow", "Action": list(actions), "Resource": _resources(actions, message, uri, target)}
    )
    return f"{refused}. Check that it exists, and that the policy of the credentials has {statement}."


def _resources(actions: tuple[str, ...], message: str, uri: str, target: str | None) -> list[str]:
    if actions[0].startswith("kms:"):
        key = _KEY.search(message)
        return [key[0] if key else "*"]
    places = [parse(each) for each in (uri, target) if each]
    if actions == ("s3:ListBucket",):
        return [f"arn:aws:s3:::{place.authority}" for place in places]
    return [f"arn:aws:s3:::{place.authority}/*" for place in places]


def _client_error(error: BaseException) -> BaseException:
    """Return the error with the server's answer; boto3 wraps errors of uploads without naming a cause."""
    if hasattr(error, "response") or error.__context__ is None:
        return error
    return error.__context__


def _operation(error: BaseException) -> str:
    return str(getattr(_client_error(error), "operation_name", "the request"))


def _region(error: BaseException) -> str:
    answer = getattr(_client_error(error), "response", {})
    region = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region") or answer.get(
        "Error", {}
    ).get("Region")
    return f"the region {region}" if region else "another region"
