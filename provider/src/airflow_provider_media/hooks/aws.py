"""Clients of AWS services with a connection's rights."""

from __future__ import annotations

from typing import Any


def client(service: str, connection: str) -> Any:
    """A client.

    :param service: as boto3 names it.
    :param connection: id of the connection.
    """
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook

    return AwsGenericHook(aws_conn_id=connection, client_type=service).get_conn()
