"""A job and an engine without tools, whose storage is this process's memory."""

from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow

NO_TOOLS = Toolchain(
    ffmpeg=Path("/none"),
    ffprobe=Path("/none"),
    packager=Path("/none"),
    ffmpeg_version="9",
    ffprobe_version="8",
    packager_version="3",
)


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def engine(storage, tmp_path):
    return Engine(toolchain=NO_TOOLS, storages=lambda _: storage, limits=Limits(), directory=tmp_path / "engine")


@pytest.fixture
def job():
    workflow = freeze(build_workflow({"name": "test", "outputs": {"poster": {"kind": "snapshots", "at": [1]}}}))
    return Job(id="job-1", source="s3://in/clip.mp4", workflow=workflow, output="s3://out/")
