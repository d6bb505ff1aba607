"""Finished work in a real S3 server: what is pruned, and what stays."""

import time
from dataclasses import replace

import pytest

from airflow_provider_media.core.execution.cache_limits import DAY, CacheLimits
from airflow_provider_media.core.execution.cache_pruning import prune_location
from airflow_provider_media.core.execution.finished_work import find_finished
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.hooks.s3 import S3Storage

pytestmark = pytest.mark.integration
BUCKET = "finished-work"
FIELDS = {"name": "film", "outputs": {"poster": {"kind": "snapshots", "at": ["1s"]}}}


@pytest.fixture(scope="module")
def storage(s3_server):
    client = s3_server.client()
    client.create_bucket(Bucket=BUCKET)
    return S3Storage(client)


@pytest.fixture
def engine(storage, tmp_path):
    return Engine(toolchain=find_toolchain(), storages=lambda _: storage, limits=Limits(), directory=tmp_path / "work")


@pytest.fixture
def job(request):
    workflow = freeze(Workflow.model_validate(FIELDS))
    return Job(id="j", source=f"s3://{BUCKET}/a.mp4", workflow=workflow, output=f"s3://{BUCKET}/{request.node.name}/")


def work(key):
    def make(directory):
        path = directory / "poster.jpg"
        path.write_bytes(key.encode() * 100)
        return [VerifiedFile(output="poster", path=path)], []

    return CachedWork(key=key, name=key, required=True, make=make)


def test_pruning_in_s3_frees_unused_work_and_keeps_published_files(job, engine, storage):
    load_or_make(work("old"), job, engine)
    storage.write(f"{job.output}poster.jpg", b"published", media_type="image/jpeg")
    later = time.time() + 40 * DAY
    would = prune_location(job.output, storage, CacheLimits(), now=later, is_dry_run=True)
    assert (len(would.freed), len(would.kept)) == (1, 0)
    assert find_finished(["old"], job, engine)
    assert prune_location(job.output, storage, CacheLimits(), now=later) == would
    assert not find_finished(["old"], job, engine)
    assert [info.uri for info in storage.list(job.output)] == [f"{job.output}poster.jpg"]
    again = prune_location(job.output, storage, CacheLimits(), now=later)
    assert (again.freed, again.kept) == ((), ())


def test_pruning_in_s3_by_size_never_frees_recent_work(job, engine, storage):
    load_or_make(work("new"), job, engine)
    nothing = CacheLimits(size=0)
    assert not prune_location(job.output, storage, nothing, now=time.time()).freed
    assert prune_location(job.output, storage, nothing, now=time.time() + 3 * DAY).freed


def test_work_used_after_listing_is_not_pruned(job, engine, storage):
    load_or_make(work("used"), job, engine)

    class Listed:
        """A storage whose job has used the work ten seconds after it was listed."""

        def __getattr__(self, name):
            return getattr(storage, name)

        def list(self, uri):
            at = 10 if "/units/" in uri and not uri.endswith("/units/") else 0
            for info in storage.list(uri):
                yield replace(info, modified=info.modified + at)

    kept = prune_location(job.output, Listed(), CacheLimits(), now=time.time() + 40 * DAY)
    assert (kept.freed, len(kept.kept)) == ((), 1)
    assert find_finished(["used"], job, engine)
