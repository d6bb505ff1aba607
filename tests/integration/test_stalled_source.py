"""A source on a mount that stalls is unreachable, whoever reads it."""

import os
from pathlib import Path

import pytest

from airflow_provider_media.core.execution import workspace
from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg import stall
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.errors import SourceUnreachable
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.local import LocalStorage
from tests import media
from tests.stalling_mount import stalling_mount

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/fuse").exists(), reason="mounting needs root and /dev/fuse"),
]


@pytest.fixture
def film(tmp_path):
    """More than is read ahead in one go, with its index in front."""
    noise = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25,noise=alls=80:allf=t", "-t", "4")
    return media.make(
        tmp_path / "a.mp4", *noise, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-movflags", "faststart"
    )


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(stall, "_ASK_SECONDS", 1)
    monkeypatch.setattr(workspace, "STALL_SECONDS", 1)
    limits = Limits(stall_seconds=1)
    return Engine(
        toolchain=find_toolchain(),
        storages=lambda _: LocalStorage(stall_seconds=1),
        limits=limits,
        directory=tmp_path / "work",
    )


def test_tool_that_waits_for_its_source_blames_the_source(engine, film, tmp_path):
    size = film.stat().st_size
    assert size > 3_000_000
    with (
        stalling_mount(tmp_path / "mount", film, size // 2, size - 200_000) as clip,
        pytest.raises(SourceUnreachable, match="waited for the source"),
        source_file(f"file://{clip}", engine) as path,
    ):
        probe(path, toolchain=engine.toolchain, limits=engine.limits)


def test_source_whose_end_cannot_be_read_is_unreachable(engine, film, tmp_path):
    size = film.stat().st_size
    with (
        stalling_mount(tmp_path / "mount", film, size - 1000, size) as clip,
        pytest.raises(SourceUnreachable, match="did not answer"),
        source_file(f"file://{clip}", engine),
    ):
        pass


def test_download_from_a_mount_that_stalls_fails(film, tmp_path):
    size = film.stat().st_size
    with (
        stalling_mount(tmp_path / "mount", film, size // 2, size) as clip,
        pytest.raises(StorageError, match="did not answer for 1 s"),
    ):
        LocalStorage(stall_seconds=1).download(f"file://{clip}", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
