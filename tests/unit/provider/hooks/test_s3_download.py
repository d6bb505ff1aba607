"""A download from S3 is complete by its bytes, and one that is ended by its own guard never is."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.errors import SourceUnreachable
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.hooks.s3 import S3Storage
from tests.unit.core.conftest import NO_TOOLS
from tests.web import QUICK, Server

boto3 = pytest.importorskip("boto3")

BODY = bytes(range(256)) * 4000
SOURCE = "s3://bucket/clip.mp4"


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def client(server):
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=30)
    address, key = f"http://127.0.0.1:{server.port}", "x"
    opened = boto3.session.Session().client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=key,
        aws_secret_access_key=key,
        region_name="us-east-1",
        config=config,
    )
    yield opened
    opened.close()


def object_of(size, body):
    """Answers of a bucket with one object, whose body is sent by ``body``."""

    def answer(handler):
        if handler.command == "HEAD":
            handler.send_response(200)
            for name, value in {"Content-Length": str(size), "ETag": '"v1"'}.items():
                handler.send_header(name, value)
            handler.end_headers()
        else:
            body(handler)

    return answer


def whole(handler):
    handler.send(200, BODY, ETag='"v1"')


def dripping(handler):
    handler.drip(b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "v1"\r\n\r\n')


def test_download_that_arrives_is_what_it_was(server, client, tmp_path):
    server.answer = object_of(len(BODY), whole)
    seen = []
    info = S3Storage(client, limits=QUICK).download(SOURCE, tmp_path / "got", progress=seen.append)
    assert (info.size, info.version, seen[-1]) == (len(BODY), "v1", len(BODY))
    assert (tmp_path / "got").read_bytes() == BODY


@pytest.mark.parametrize(
    ("guard", "words"),
    [
        ({"fetch_bytes_per_second": 100_000_000, "rate_seconds": 0.2}, "more slowly"),
        ({"fetch_seconds": 0.3}, "longer than"),
    ],
    ids=["rate", "time"],
)
def test_download_cut_by_its_own_guard_fails(server, client, tmp_path, guard, words):
    server.answer = object_of(len(BODY), dripping)
    with pytest.raises(StorageError, match=words) as caught:
        S3Storage(client, limits=replace(QUICK, **guard)).download(SOURCE, tmp_path / "got")
    assert caught.value.retryable
    assert len(server.requests) <= 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("size", "words"), [(len(BODY) - 1, "more than"), (len(BODY) + 1, f"{len(BODY)} arrived")])
def test_download_of_other_size_than_announced_fails(server, client, tmp_path, size, words):
    server.answer = object_of(size, whole)
    with pytest.raises(StorageError, match=words):
        S3Storage(client, limits=QUICK).download(SOURCE, tmp_path / "got")
    assert list(tmp_path.iterdir()) == []


def test_download_shows_the_facts_before_anything_is_read(server, client, tmp_path):
    def check(info):
        raise StorageError(f"{info.size} bytes are too many")

    server.answer = object_of(len(BODY), whole)
    with pytest.raises(StorageError, match=f"{len(BODY)} bytes are too many"):
        S3Storage(client, limits=QUICK).download(SOURCE, tmp_path / "got", check=check)
    assert (server.heads, server.requests) == (1, [])


def test_source_cut_by_its_own_guard_is_unreachable(server, client, tmp_path):
    server.answer = object_of(len(BODY), dripping)
    storage = S3Storage(client, limits=replace(QUICK, fetch_seconds=0.3))
    engine = Engine(toolchain=NO_TOOLS, storages=lambda _: storage, limits=Limits(), directory=tmp_path)
    with pytest.raises(SourceUnreachable, match="longer than"), source_file(SOURCE, engine):
        pass
    assert [path for path in engine.directory.rglob("*") if path.is_file()] == []
