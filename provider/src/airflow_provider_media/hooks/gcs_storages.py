"""Opener of ``gs://``: credentials of an Airflow connection, or those of the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import scheme_of
from airflow_provider_media.core.storage.protocol import Storage, Storages
from airflow_provider_media.core.storage.registry import StorageSettings
from airflow_provider_media.hooks.gcs import GcsClient, GcsOptions, GcsStorage
from airflow_provider_media.hooks.location_options import read_locations

EMULATOR = "STORAGE_EMULATOR_HOST"
"""Environment variable with the address of an emulator, as Google's own tools take it; it needs no credentials."""
BUCKETS_IN_TRACES = "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA"
"""Environment variable that keeps Google's client from describing buckets in its traces."""
SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
AWS_DEFAULT, CONNECTION_TYPE = "aws_default", "google_cloud_platform"


def open_gcs(settings: StorageSettings) -> Storages:
    """Return a function that finds the storage of an object in Google Cloud Storage.

    :raises ConfigurationError: when google-cloud-storage is missing, or the options of the connection are wrong.
    """
    _require_library()
    places = read_locations(settings.options or {}, "gs", GcsOptions)

    @cache
    def storage() -> Storage:
        return GcsStorage(client_of(_extra(settings)), limits=settings.limits, places=places)

    return lambda _: storage()


def client_of(extra: Mapping[str, Any]) -> GcsClient:
    """Return the client for the extra of a connection; without any field, that of the environment.

    :param extra: the fields of Google's connection in Airflow, and ``endpoint_url``.
    :raises ConfigurationError: when the credentials cannot be read.
    """
    from google.auth.credentials import AnonymousCredentials
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import AuthorizedSession
    from google.cloud.storage import Client

    endpoint = extra.get("endpoint_url") or os.environ.get(EMULATOR)
    is_anonymous = extra.get("is_anonymous") or (endpoint and not extra.keys() & {"key_path", "keyfile_dict"})
    try:
        credentials = AnonymousCredentials() if is_anonymous else _credentials(extra)
    except (GoogleAuthError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"The credentials for gs:// cannot be read: {type(error).__name__}; set key_path, keyfile_dict or"
            f" is_anonymous in the extra of the connection of type {CONNECTION_TYPE}, or make application default"
            " credentials."
        ) from error
    # For its traces, on or off, the client would ask for the bucket in a thread of its own. That request needs a right
    # (storage.buckets.get) which a media account has no use for, and which no requester pays for.
    os.environ.setdefault(BUCKETS_IN_TRACES, "true")
    client = Client(
        project=extra.get("project") or "none",  # only requests that make or list buckets need it
        credentials=credentials,
        client_options={"api_endpoint": endpoint} if endpoint else None,
    )
    return GcsClient(client=client, session=AuthorizedSession(credentials))


def _credentials(extra: Mapping[str, Any]) -> Any:
    import google.auth
    from google.oauth2.service_account import Credentials

    if key := extra.get("keyfile_dict"):
        return Credentials.from_service_account_info(json.loads(key) if isinstance(key, str) else key, scopes=[SCOPE])
    if path := extra.get("key_path"):
        return Credentials.from_service_account_file(path, scopes=[SCOPE])
    return google.auth.default(scopes=[SCOPE])[0]


def _extra(settings: StorageSettings) -> Mapping[str, Any]:
    """Return the extra of the connection with the credentials; empty for those of the environment.

    ``aws_default`` is the connection of workflows that name none: it stands for Google's own default then.
    """
    field = scheme_of("gs").connection
    connection = settings.connection_of(field) if field else ""
    if field and connection == AWS_DEFAULT:
        connection = field.default
    if not connection:
        return {}
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        found = BaseHook.get_connection(connection)
    except AirflowNotFoundException:
        return {}  # application default credentials are used, as on a machine with an account
    if found.conn_type != CONNECTION_TYPE:
        raise ConfigurationError(
            f"The connection {connection} is of type {found.conn_type}, and gs:// needs one of type {CONNECTION_TYPE},"
            " or one of type media that names it in gcp_conn_id."
        )
    # Old forms of Google's connection put a prefix before each field.
    return {name.removeprefix("extra__google_cloud_platform__"): value for name, value in found.extra_dejson.items()}


def _require_library() -> None:
    try:
        import google.cloud.storage  # noqa: F401
    except ImportError:
        raise ConfigurationError(
            "gs:// needs google-cloud-storage; run: pip install 'airflow-provider-media[gcs]'"
        ) from None
