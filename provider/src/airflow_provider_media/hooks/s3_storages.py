"""Opener of ``s3://``: one client for each region and endpoint of a connection, or one of the environment."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from airflow_provider_media.core.media.uri import scheme_of
from airflow_provider_media.core.storage.protocol import Storage, Storages
from airflow_provider_media.core.storage.registry import StorageSettings
from airflow_provider_media.hooks.s3 import S3Storage
from airflow_provider_media.hooks.s3_client import client_from_environment
from airflow_provider_media.hooks.s3_options import read_places


def open_s3(settings: StorageSettings) -> Storages:
    """Return a function that finds the storage of an object in S3.

    :raises ConfigurationError: when boto3 is missing, or the options of the connection are wrong.
    """
    places = read_places(settings.options or {})
    field = scheme_of("s3").connection
    connection = settings.connection_of(field) if field else ""
    client = cache(partial(client_of, connection) if connection else lambda *_: client_from_environment())

    @cache
    def storage(region: str | None, endpoint_url: str | None) -> Storage:
        return S3Storage(client(region, endpoint_url), limits=settings.limits, places=places)

    def find(uri: str) -> Storage:
        options = places.of(uri)
        return storage(options.region, options.endpoint_url)

    return find


def client_of(connection: str, region: str | None, endpoint_url: str | None) -> Any:
    """Return the client of an Airflow connection of type ``aws``.

    :param connection: id of the connection; a missing one leaves the credentials to boto3, as on an instance with a
        role.
    """
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from botocore.config import Config

    hook = S3Hook(aws_conn_id=connection, region_name=region)
    # By default, boto3 still signs URLs with version 2, which most regions and encrypted buckets refuse.
    config = hook.config.merge(Config(signature_version=hook.config.signature_version or "s3v4"))
    if endpoint_url:  # the hook only knows the endpoint of its connection
        return hook.get_session(region_name=region).client(
            "s3", endpoint_url=endpoint_url, config=config, verify=hook.verify
        )
    return hook.get_client_type(config=config)
