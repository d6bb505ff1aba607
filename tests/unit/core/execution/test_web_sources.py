"""Sources on the web are fetched with as few requests as possible: a request is what counts."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.execution.workspace import source_file, source_info
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.media.errors import SourceEmpty, SourceNotFound, SourceTooLarge
from airflow_provider_media.core.storage.https import HttpsStorage
from tests.web import Server


@pytest.fixture
def server():
    with Server() as running:
        running.answer = lambda handler: handler.send(200, b"film", ETag='"v1"')
        yield running


@pytest.fixture
def web(engine, server):
    """An engine whose sources come from the server, as another machine would have it with another directory."""
    return replace(engine, storages=lambda _: HttpsStorage(**server.options))


def test_web_source_is_requested_once_in_all_stages_of_job(web, server):
    version = source_info(server.url(), web).version
    for _ in range(3):
        assert source_info(server.url(), web, version=version).size == 4
        with source_file(server.url(), web, version=version) as path:
            assert path.read_bytes() == b"film"
    assert len(server.requests) == 1


def test_web_source_is_asked_for_once_by_each_machine(web, server, tmp_path):
    version = source_info(server.url(), web).version
    other = replace(web, directory=tmp_path / "other")
    for _ in range(3):
        with source_file(server.url(), other, version=version) as path:
            assert path.read_bytes() == b"film"
    assert len(server.requests) == 2


def test_web_source_of_the_next_job_is_not_read_again(web, server):
    with source_file(server.url(), web) as path:
        first = path.stat().st_ino

    def announced(handler):
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\nETag: "v1"\r\n\r\n' + bytes(70_000))
        server.over.wait(30)  # what is missing never comes

    server.answer = announced
    with source_file(server.url(), web) as path:
        assert path.stat().st_ino == first
    assert len(server.requests) == 2


@pytest.mark.parametrize("tagged", [True, False])
def test_web_source_that_changed_between_two_stages_is_refused(web, server, tmp_path, tagged):
    def send(body, tag):
        return lambda handler: handler.send(200, body, **({"ETag": tag} if tagged else {}))

    server.answer = send(b"film", '"v1"')
    version = source_info(server.url(), web).version
    server.answer = send(b"filn", '"v2"')
    other = replace(web, directory=tmp_path / "other")
    with pytest.raises(SourceNotFound, match="has changed since"), source_file(server.url(), other, version=version):
        pass
    assert [path for path in other.directory.rglob("*") if path.is_file()] == []
    assert source_info(server.url(), web, version=version).version == version


def test_web_source_gets_another_chance_at_the_first_request(web, server):
    server.answer = lambda handler: handler.send(503 if len(server.requests) < 3 else 200, b"film", ETag='"v1"')
    assert source_info(server.url(), web).version == '"v1"'
    assert len(server.requests) == 3


def test_web_source_without_bytes_and_content_length_is_empty(web, server):
    def nothing(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        handler.close_connection = True

    server.answer = nothing
    with pytest.raises(SourceEmpty):
        source_info(server.url(), web)


def test_web_source_over_the_limit_is_refused_unread(web, server):
    with pytest.raises(SourceTooLarge, match="has 4 bytes"):
        source_info(server.url(), replace(web, limits=Limits(source_bytes=3)))
    assert [path for path in web.directory.rglob("*") if path.is_file()] == []
