"""Finished work in a real S3 server: who finds it, what is pruned, and what stays."""

import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from airflow_provider_media.core.execution.cache_limits import DAY, CacheLimits
from airflow_provider_media.core.execution.cache_pruning import prune_location
from airflow_provider_media.core.execution.finished_work import find_finished
from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.errors import StorageForbidden
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.hooks.s3 import S3Storage
from tests.media import make

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


CLIP = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-c:v", "libx264", "-preset", "veryfast", "-g", "25")
POSTER = {"kind": "snapshots", "at": ["1s"]}
FILM = {"kind": "transcode", "video": {"speed": "fastest"}}
RUNGS = [{"short_side": side, "max_bitrate": 1000 * side} for side in (90, 180)]
LADDER = {"kind": "ladder", "speed": "fastest", "renditions": RUNGS, "quality": "measure"}
STARTED: Counter[str] = Counter()


def hear(event, arguments):
    if event == "subprocess.Popen":
        names = [Path(str(each)).name for each in arguments[1]]
        tools = ("ffmpeg", "packager", "ffprobe")
        STARTED.update(tool for tool in tools if any(name.startswith(tool) for name in names))


sys.addaudithook(hear)


@contextmanager
def counted():
    """Runs of each tool within the block."""
    before, found = Counter(STARTED), Counter()
    yield found
    found.update(STARTED - before)


class Requests:
    """A storage that notes its requests, and refuses those below one URI."""

    def __init__(self, storage, *, forbidden=None):
        self.storage, self.forbidden, self.made = storage, forbidden, []

    def __getattr__(self, name):
        act = getattr(self.storage, name)

        def asked(uri, *args, **options):
            self.made.append((name, str(uri)))
            if self.forbidden and str(uri).startswith(self.forbidden):
                raise StorageForbidden(f"{uri} may not be read.")
            return act(uri, *args, **options)

        return asked


class Site:
    """A source in a bucket, and jobs of workflows with output locations of their own."""

    def __init__(self, base, storage, engine):
        self.base, self.storage, self.engine = base, storage, engine
        self.source = f"{base}in/clip.mp4"

    def job(self, name, outputs, **facts):
        fields = {"name": name, "output": {"path": "{output}_{number}.{format}"}, "outputs": outputs}
        reuse = facts.pop("reuse", True)
        workflow = freeze(Workflow.model_validate({**fields, "reuse": reuse}))
        return Job(id=f"job-{name}", source=self.source, workflow=workflow, output=f"{self.base}{name}/", **facts)

    def run(self, job, *elsewhere, storage=None):
        storage = storage or self.storage
        locations = {f"{self.base}{name}/": storage for name in elsewhere}
        return run(job, replace(self.engine, storages=lambda _: storage, elsewhere=lambda: locations))

    def stored(self, folder):
        return [info.uri.removeprefix(self.base) for info in self.storage.list(f"{self.base}{folder}")]


@pytest.fixture
def site(storage, engine, request, tmp_path):
    made = Site(f"s3://{BUCKET}/{request.node.name}/", storage, engine)
    clip = make(tmp_path / "clip.mp4", *CLIP, "-pix_fmt", "yuv420p")
    storage.write(made.source, clip.read_bytes(), media_type="video/mp4")
    return made


def digests(manifest):
    return {entry.uri.rpartition("/")[2]: entry.sha256 for entry in manifest.outputs}


def test_second_workflow_of_account_starts_no_tool_on_same_source(site):
    outputs = {"film": FILM, "poster": POSTER, "stream": LADDER}
    first = site.run(site.job("first", outputs, account="acme"))
    with counted() as started:
        second = site.run(site.job("second", outputs, account="acme"), "first")
    assert started == {}
    assert digests(second) == digests(first)
    assert [each.mean for each in second.quality] == [each.mean for each in first.quality]
    assert all(each.uri.startswith(f"{site.base}second/") for each in (*second.outputs, *second.quality))


def test_adopted_work_needs_other_location_no_more(site):
    site.run(site.job("first", {"film": FILM}))
    site.run(site.job("second", {"film": FILM}), "first")
    for info in [*site.storage.list(f"{site.base}first/")]:
        site.storage.delete(info.uri)
    with counted() as started:
        assert site.run(replace(site.job("second", {"film": FILM}), id="again")).outputs
    assert started == {}


def test_only_what_plan_takes_is_copied(site):
    site.run(site.job("first", {"film": FILM, "poster": POSTER}))
    with counted() as started:
        site.run(site.job("second", {"poster": POSTER}), "first")
    assert started == {}
    assert not [uri for uri in site.stored("second/.media/") if uri.endswith("film.mp4")]


@pytest.mark.parametrize("place", ["first", "second"])
def test_finished_work_is_never_found_by_another_account(site, place):
    site.run(site.job("first", {"film": FILM}, account="acme"))
    with counted() as started:
        site.run(replace(site.job(place, {"film": FILM}, account="other"), id="other"), "first")
    assert started["ffmpeg"] >= 1
    accounts = {uri.split("/")[3] for uri in site.stored(f"{place}/.media/units/")}
    assert accounts == ({"acme", "other"} if place == "first" else {"other"})


@pytest.mark.parametrize("content", [b"", b"x"])
def test_spoilt_work_elsewhere_is_made_again(site, content):
    first = site.run(site.job("first", {"film": FILM}))
    (film,) = [uri for uri in site.stored("first/.media/units/") if uri.endswith("film.mp4")]
    uri = f"{site.base}{film}"
    size = site.storage.head(uri).size
    site.storage.write(uri, content * size, media_type="video/mp4")
    second = site.run(site.job("second", {"film": FILM}), "first")
    assert digests(second) == digests(first)
    assert site.storage.head(uri).size == len(content) * size  # another location is not changed


def test_work_replaced_while_it_is_copied_is_made_again(site):
    first = site.run(site.job("first", {"film": FILM}))

    class Replacing(Requests):
        """Replaces each file of finished work just before it is copied from another location."""

        def copy(self, source, target, *, media_type):
            if "/first/.media/" in source:
                size = self.storage.head(source).size
                self.storage.write(source, b"x" * size, media_type=media_type)
            return self.storage.copy(source, target, media_type=media_type)

    second = site.run(site.job("second", {"film": FILM}), "first", storage=Replacing(site.storage))
    assert digests(second) == digests(first)


def test_location_that_may_not_be_read_does_not_fail_job(site):
    site.run(site.job("first", {"film": FILM}))
    refusing = Requests(site.storage, forbidden=f"{site.base}first/")
    assert site.run(site.job("second", {"film": FILM}), "first", storage=refusing).outputs


def test_location_that_never_saw_the_source_costs_two_requests(site):
    watched = Requests(site.storage)
    site.run(site.job("second", {"film": FILM, "poster": POSTER}), "first", storage=watched)
    asked = [name for name, uri in watched.made if uri.startswith(f"{site.base}first/")]
    assert asked == ["read", "read"]  # by the probe and by the plan


def test_job_without_reuse_asks_no_other_location(site):
    site.run(site.job("first", {"poster": POSTER}))
    watched = Requests(site.storage)
    site.run(site.job("second", {"poster": POSTER}, reuse=False), "first", storage=watched)
    assert not [uri for _, uri in watched.made if uri.startswith(f"{site.base}first/")]


def test_job_that_finds_its_own_work_asks_no_other_location(site):
    site.run(site.job("first", {"poster": POSTER}))
    watched = Requests(site.storage)
    site.run(replace(site.job("first", {"poster": POSTER}), id="again"), "second", storage=watched)
    assert not [uri for _, uri in watched.made if uri.startswith(f"{site.base}second/")]
