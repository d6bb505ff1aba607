"""Clients of AWS services with the rights of a connection."""

from __future__ import annotations

from typing import Any


def client(service: str, connection: str) -> Any:
    """Return a boto3 client of an AWS service.

    :param service: name of the service in boto3.
    :param connection: id of the connection.
    """
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook

    return AwsGenericHook(aws_conn_id=connection, client_type=service).get_conn()
