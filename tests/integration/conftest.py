"""Servers that integration tests share; each lives in a process of its own, on loopback, for the length of the test
session.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from demo import ministack
from demo.stack import local_stack

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """A running S3 stand-in."""

    endpoint: str
    session: "boto3.session.Session"

    def client(self, service: str = "s3", **options):
        """A client of one of its services."""
        return self.session.client(service, endpoint_url=self.endpoint, **options)

    @property
    def environment(self) -> dict[str, str]:
        """What makes any process talk to this server."""
        return dict(ministack.client_environment(self.endpoint))


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory) -> Iterator[S3Server]:
    import boto3

    session = boto3.session.Session(
        aws_access_key_id=ministack.KEY_ID, aws_secret_access_key=ministack.SECRET, region_name=ministack.REGION
    )
    with local_stack(tmp_path_factory.mktemp("s3"), airflow=False) as stack:
        yield S3Server(endpoint=stack.s3_endpoint, session=session)
