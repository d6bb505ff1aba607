"""A download from Google Cloud Storage is complete by its checksum, and one that is ended by its own guard never is."""

import base64
import json
from dataclasses import replace

import pytest
from google_crc32c import Checksum

from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.hooks.gcs import GcsStorage
from airflow_provider_media.hooks.gcs_storages import client_of
from tests.web import QUICK, Server

BODY = bytes(range(256)) * 4000
SOURCE = "gs://bucket/a clip.mp4"
SIZE = len(BODY)
CRC32C = base64.b64encode(Checksum(BODY).digest()).decode()


@pytest.fixture
def server():
    with Server() as running:
        yield running


def storage_of(server, **guard):
    access = client_of({"endpoint_url": f"http://127.0.0.1:{server.port}"})
    return GcsStorage(access, limits=replace(QUICK, **guard), retry_seconds=1)


def object_of(*bodies, size=SIZE, crc32c=CRC32C, generations=None):
    """Answers of a bucket with one object, whose body is sent by one function after the other."""
    left, versions = list(bodies), iter(generations or ())

    def answer(handler):
        if "alt=media" in handler.path:
            (left.pop(0) if len(left) > 1 else left[0])(handler)
        else:
            facts = {
                "size": str(size),
                "generation": next(versions, "7"),
                "crc32c": crc32c,
                "updated": "2026-11-30T00:00:00Z",
            }
            handler.send(200, json.dumps(facts).encode(), Content_Type="application/json")

    return answer


def whole(handler):
    start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
    handler.send(206 if start else 200, BODY[start:])


def half(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(SIZE))
    handler.end_headers()
    handler.wfile.write(BODY[: SIZE // 2])
    handler.close_connection = True


def dripping(handler):
    handler.drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")


def busy(handler):
    handler.send(503)


def bodies_asked(server):
    return [asked for asked in server.requests if "alt=media" in asked["path"]]


def test_download_reports_progress_and_pins_the_generation(server, tmp_path):
    server.answer = object_of(whole)
    seen = []
    info = storage_of(server).download(SOURCE, tmp_path / "got", progress=seen.append)
    assert (info.size, info.version, seen[-1]) == (len(BODY), "7", len(BODY))
    assert (tmp_path / "got").read_bytes() == BODY
    (asked,) = bodies_asked(server)
    assert asked["path"].startswith("/download/storage/v1/b/bucket/o/a%20clip.mp4?")
    assert "ifGenerationMatch=7" in asked["path"]


def test_download_continues_where_a_connection_broke(server, tmp_path):
    server.answer = object_of(half, busy, whole)
    storage_of(server).download(SOURCE, tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == BODY
    assert [asked.get("Range") for asked in bodies_asked(server)] == [None, *[f"bytes={len(BODY) // 2}-"] * 2]


@pytest.mark.parametrize(
    ("guard", "words"),
    [
        ({"fetch_bytes_per_second": 100_000_000, "rate_seconds": 0.2}, "more slowly"),
        ({"fetch_seconds": 0.3}, "longer than"),
    ],
    ids=["rate", "time"],
)
def test_download_cut_by_its_own_guard_fails(server, tmp_path, guard, words):
    server.answer = object_of(dripping)
    with pytest.raises(StorageError, match=words) as caught:
        storage_of(server, **guard).download(SOURCE, tmp_path / "got")
    assert caught.value.retryable
    assert len(bodies_asked(server)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"size": len(BODY) - 1}, "more than its"),
        ({"size": len(BODY) + 1}, f"{SIZE} arrived"),
        ({"crc32c": "AAAAAA=="}, "as its checksum says"),
        ({"generations": ["7", "8"]}, "was changed while it was read"),
    ],
    ids=["longer", "shorter", "checksum", "generation"],
)
def test_download_of_other_content_than_announced_fails(server, tmp_path, facts, words):
    server.answer = object_of(whole, **facts)
    with pytest.raises(StorageError, match=words):
        storage_of(server).download(SOURCE, tmp_path / "got")
    assert list(tmp_path.iterdir()) == []


def test_download_of_a_replaced_generation_fails(server, tmp_path):
    server.answer = object_of(lambda handler: handler.send(412))
    with pytest.raises(StorageError, match="was changed while it was read"):
        storage_of(server).download(SOURCE, tmp_path / "got")
    assert len(bodies_asked(server)) == 1


def part(handler):
    first, last = map(int, handler.headers["Range"][6:].split("-"))
    handler.send(206, BODY[first : last + 1], Content_Range=f"bytes {first}-{last}/{SIZE}")


def test_range_is_read_by_one_request_that_pins_the_generation(server):
    server.answer = object_of(part)
    assert storage_of(server).read_range(SOURCE, 1000, 300, version="7") == BODY[1000:1300]
    (asked,) = server.requests
    assert asked["Range"] == "bytes=1000-1299"
    assert "ifGenerationMatch=7" in asked["path"]


def test_range_of_a_replaced_generation_fails(server):
    server.answer = object_of(lambda handler: handler.send(412))
    with pytest.raises(StorageError, match="was changed while it was read"):
        storage_of(server).read_range(SOURCE, 1000, 300, version="7")


def test_range_of_a_busy_server_is_asked_for_again(server):
    server.answer = object_of(busy, part)
    assert storage_of(server).read_range(SOURCE, 0, 10, version="7") == BODY[:10]


def test_download_shows_the_facts_before_anything_is_read(server, tmp_path):
    def check(info):
        raise StorageError(f"{info.size} bytes are too many")

    server.answer = object_of(whole)
    with pytest.raises(StorageError, match=f"{len(BODY)} bytes are too many"):
        storage_of(server).download(SOURCE, tmp_path / "got", check=check)
    assert bodies_asked(server) == []
