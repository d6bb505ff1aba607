"""A whole job in one process, with the real tools and a picture or two as its outputs."""

import json
from dataclasses import replace

import pytest

from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.places import manifest_uri, plan_uri
from airflow_provider_media.core.media.errors import SourceError, SourceNotFound, SourceNotMedia
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.storage.errors import UploadFailed
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from tests.media import clip, text_file

SOURCE = "s3://in/clips/a.mp4"
POSTER = {"kind": "snapshots", "at": [0.5], "width": 64, "path": "{input_name}/poster.jpg"}


class Bucket(MemoryStorage):
    """Takes nothing whose URI ends so, while it is told to."""

    refuses = None

    def put(self, uri, content, **options):
        if self.refuses and uri.endswith(self.refuses):
            raise UploadFailed("the bucket is full")
        return super().put(uri, content, **options)


@pytest.fixture
def storage():
    return Bucket()


@pytest.fixture
def bucket(storage, tmp_path):
    storage.put(SOURCE, clip(tmp_path / "clip.mp4").read_bytes(), media_type="video/mp4")
    return storage


@pytest.fixture
def engine(engine):
    return replace(engine, toolchain=find_toolchain())


@pytest.fixture
def job_of(job):
    def make(outputs, *, job_id="job-1", output="s3://out/", **fields):
        workflow = freeze(build_workflow({"name": "test", "outputs": outputs, **fields}))
        return replace(job, id=job_id, source=SOURCE, workflow=workflow, output=output)

    return make


def final_keys(storage):
    return sorted(uri for uri in storage.objects if uri.startswith("s3://out/") and "/.media/" not in uri)


def test_run_job_ends_with_outputs_manifest_and_no_local_files(bucket, engine, job_of):
    job = job_of({"poster": POSTER, "facts": {"kind": "probe_report", "path": "{input_name}/facts.json"}})
    manifest = run(job, engine)
    assert final_keys(bucket) == ["s3://out/a/facts.json", "s3://out/a/poster.jpg"]
    assert json.loads(bucket.read(manifest_uri(job.output, job.id))) == to_json(manifest)
    assert manifest.source["version"] == bucket.head(SOURCE).version
    assert set(manifest.timings) == {"probe", "plan", "encode", "package", "publish"}
    assert list((engine.directory / "attempts").iterdir()) == []


def test_run_second_job_of_same_source_encodes_only_additional_output(bucket, engine, job_of):
    def records():
        return {uri: kept.version for uri, kept in bucket.objects.items() if uri.endswith("done.json")}

    run(job_of({"poster": POSTER}), engine)
    before = records()
    cover = {"kind": "snapshots", "at": [0.1], "width": 48, "required": False}
    assert len(run(job_of({"poster": POSTER, "cover": cover}, job_id="job-2"), engine).outputs) == 2
    assert len(records().items() - before.items()) == 1
    assert before.items() <= records().items()


def test_run_same_job_again_changes_nothing_and_returns_same_manifest(bucket, engine, job_of):
    first = run(job_of({"poster": POSTER}), engine)
    stored = {uri: kept.version for uri, kept in bucket.objects.items() if not uri.endswith("plan.json")}
    assert run(job_of({"poster": POSTER}), engine) == first
    assert {uri: kept.version for uri, kept in bucket.objects.items() if not uri.endswith("plan.json")} == stored


def test_run_retry_after_failed_upload_resumes_at_upload(bucket, engine, job_of):
    bucket.refuses = "/poster.jpg"
    with pytest.raises(UploadFailed):
        run(job_of({"poster": POSTER}), engine)
    assert final_keys(bucket) == []
    bucket.refuses = None
    assert [made.uri for made in run(job_of({"poster": POSTER}), engine).outputs] == ["s3://out/a/poster.jpg"]


def test_run_failed_optional_output_is_listed_in_manifest(bucket, engine, job_of):
    marked = {**POSTER, "path": "marked.jpg", "required": False, "watermarks": [{"image": "s3://brand/missing.png"}]}
    manifest = run(job_of({"poster": POSTER, "marked": marked}), engine)
    assert [made.output for made in manifest.outputs] == ["poster"]
    (failed,) = manifest.failed
    assert failed["code"] == "configuration_invalid"
    assert "s3://brand/missing.png" in failed["message"]


def test_run_failed_required_output_fails_job_and_publishes_nothing(bucket, engine, job_of):
    marked = {**POSTER, "path": "marked.jpg", "watermarks": [{"image": "s3://brand/missing.png"}]}
    with pytest.raises(Exception, match=r"s3://brand/missing.png"):
        run(job_of({"poster": {**POSTER, "required": False}, "marked": marked}), engine)
    assert final_keys(bucket) == []


def test_another_logo_under_the_same_name_is_drawn_anew(bucket, engine, job_of):
    def key(color):
        import io

        from PIL import Image

        stream = io.BytesIO()
        Image.new("RGB", (8, 8), color).save(stream, "PNG")
        bucket.put("s3://brand/logo.png", stream.getvalue(), media_type="image/png")
        job = job_of({"poster": {**POSTER, "watermarks": [{"image": "s3://brand/logo.png"}]}})
        return stages.plan_of(job, stages.probe(job, engine), engine).units[0].keys

    assert key("red") != key("blue")


def test_run_source_replaced_during_job_ends_job(bucket, engine, job_of, tmp_path):
    job = stages.settled(job_of({"poster": POSTER}), engine)
    media = stages.probe(job, engine)
    bucket.put(SOURCE, clip(tmp_path / "other.mp4", rate="24").read_bytes(), media_type="video/mp4")
    with pytest.raises(SourceNotFound, match="has changed"):
        stages.make_plan(job, media, engine)


def test_a_source_of_another_version_than_was_submitted_is_refused(bucket, engine, job_of):
    with pytest.raises(SourceNotFound, match="has changed since the job was submitted"):
        run(replace(job_of({"poster": POSTER}), source_version="of yesterday"), engine)


def test_a_submitted_version_that_is_still_there_is_worked_on(bucket, engine, job_of):
    version = bucket.head(SOURCE).version
    assert run(replace(job_of({"poster": POSTER}), source_version=version), engine).source["version"] == version


def test_no_output_ever_replaces_its_own_source(bucket, engine, job_of):
    before = bucket.head(SOURCE).version
    clobbering = {"copy": {"kind": "transcode", "container": "mp4", "path": "{input_dir}{input_name}.{format}"}}
    with pytest.raises(WorkflowInvalid, match="output copy would replace its own source"):
        run(job_of(clobbering, output="s3://in/"), engine)
    assert bucket.head(SOURCE).version == before


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("{0}/in/clip.mp4", "{0}/in/"),
        ("{0}/in/clip.mp4", "{0}/in/../in/"),
        ("{0}/in/clip.mp4", "{0}/link/"),
        ("{0}/link/clip.mp4", "{0}/in/"),
        ("{0}/in/clip%2Emp4", "{0}/in/"),
        ("localhost{0}/in/clip.mp4", "{0}/in/"),
    ],
)
def test_no_output_replaces_its_source_however_the_two_are_spelled(engine, job_of, tmp_path, source, output):
    original = clip(tmp_path / "in" / "clip.mp4")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    before = original.read_bytes()
    job = job_of(
        {"copy": {"kind": "transcode", "path": "{input_name}.{format}"}}, output="file://" + output.format(tmp_path)
    )
    with pytest.raises(WorkflowInvalid, match="output copy would replace its own source"):
        run(
            replace(job, source="file://" + source.format(tmp_path)), replace(engine, storages=lambda _: LocalStorage())
        )
    assert original.read_bytes() == before


def test_plan_package_with_too_long_keys_refused_before_encoding(bucket, engine, job_of):
    source = f"s3://in/{'/'.join(['d' * 200] * 4)}/{'x' * 206}.mp4"
    bucket.put(source, bucket.get(SOURCE).content, media_type="video/mp4")
    ladder = {
        "hls": {"kind": "ladder", "protocols": ["hls"], "renditions": [{"short_side": 90, "max_bitrate": 100_000}]}
    }
    job = replace(job_of(ladder), source=source)
    with pytest.raises(ConfigurationError, match="is longer than 1024 bytes; shorten the path template or the prefix"):
        stages.plan_of(job, stages.probe(job, engine), engine)


@pytest.mark.parametrize(
    "names", [("a\\b.mp4", "a_b.mp4"), ("x//y.mp4", "x/y.mp4"), ("한.mp4", "\u1112\u1161\u11ab.mp4")]
)
def test_jobs_of_similar_names_publish_under_keys_of_their_own(bucket, engine, job_of, names):
    for number, name in enumerate(names):
        bucket.put(f"s3://in/{name}", bucket.get(SOURCE).content, media_type="video/mp4")
        poster = {"poster": {**POSTER, "path": "{input_dir}{input_name}/poster.jpg"}}
        run(replace(job_of(poster, job_id=f"job-{number}"), source=f"s3://in/{name}"), engine)
    assert len([uri for uri in bucket.objects if uri.endswith("/poster.jpg") and "/.media/" not in uri]) == len(names)


def test_run_source_not_media_ends_job_before_any_write(storage, engine, job_of, tmp_path):
    storage.put(SOURCE, text_file(tmp_path / "words.mp4").read_bytes(), media_type="video/mp4")
    with pytest.raises(SourceNotMedia):
        run(job_of({"poster": POSTER}), engine)
    assert list(storage.objects) == [SOURCE]


def test_a_cancelled_job_says_so_and_writes_nothing(bucket, engine, job_of):
    with pytest.raises(Cancelled):
        run(job_of({"poster": POSTER}), replace(engine, cancelled=lambda: True))
    assert list(bucket.objects) == [SOURCE]


def test_a_plan_is_kept_for_whichever_machine_goes_on(bucket, engine, job_of):
    job = stages.settled(job_of({"poster": POSTER}), engine)
    plan = stages.make_plan(job, stages.probe(job, engine), engine)
    assert stages.load_plan(job, engine) == plan


def test_plan_of_another_version_says_what_to_clear(bucket, engine, job_of):
    job = stages.settled(job_of({"poster": POSTER}), engine)
    plan = to_json(stages.make_plan(job, stages.probe(job, engine), engine))
    older = json.dumps({name: value for name, value in plan.items() if name != "version"})
    bucket.put(plan_uri(job.output, job.id), older.encode(), media_type="application/json")
    with pytest.raises(ConfigurationError, match="Clear the job's task `plan` and the tasks after it"):
        stages.load_plan(job, engine)
    run(job, engine)
    assert stages.load_plan(job, engine).units


def test_a_missing_source_is_named(storage, engine, job_of):
    with pytest.raises(SourceError, match=f"there is no source at {SOURCE}"):
        run(job_of({"poster": POSTER}), engine)
