import pytest

from airflow_provider_media.core.errors import ConfigurationError, EncodeFailed
from airflow_provider_media.core.job.model import Engine, Job, Made, StageResult
from airflow_provider_media.core.job.places import unit_folder
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.operators.job import JobOperator, job_id, output_location, record, results, submitted_job


def frozen(name="vod", **fields):
    return freeze(build_workflow({"name": name, "outputs": {"poster": {"kind": "snapshots", "at": [1]}}, **fields}))


def test_a_submitted_run_carries_its_workflow_whatever_the_file_says_now():
    submitted, current = frozen("vod"), frozen("vod", priority="low")
    conf = {"source": "s3://in/a.mp4", "workflow": submitted.to_json(), "source_version": "etag"}
    job = submitted_job(conf, run_id="normal__abc", current=current)
    assert (job.id, job.workflow, job.source_version) == ("abc", submitted, "etag")


def test_a_run_by_hand_takes_the_workflow_of_this_moment():
    current = frozen()
    assert submitted_job({"source": "s3://in/a.mp4", "output": None}, run_id="manual__x", current=current).workflow == current


def test_a_workflow_that_was_changed_after_freezing_is_refused():
    changed = {**frozen().to_json(), "hash": "0" * 64}
    with pytest.raises(ConfigurationError, match="changed after it had been frozen"):
        submitted_job({"source": "s3://in/a.mp4", "workflow": changed}, run_id="x", current=frozen())


@pytest.mark.parametrize("conf", [{}, {"source": ""}, {"source": None}, {"source": 3}])
def test_a_run_without_a_source_says_how_to_start_one(conf):
    with pytest.raises(ConfigurationError, match="start it with a conf such as"):
        submitted_job(conf, run_id="x", current=frozen())


def test_a_job_survives_its_way_through_xcom():
    job = submitted_job({"source": "s3://in/a.mp4"}, run_id="normal__abc", current=frozen())
    assert from_json(Job, to_json(job)) == job


@pytest.mark.parametrize(
    ("run_id", "expected"),
    [
        ("normal__3f2a", "3f2a"),
        ("low__3f2a", "3f2a"),
        ("manual__2026-11-22T04:00:00+00:00", "vod-manual__2026-11-22T04-00-00-00-00"),
        ("mine", "vod-mine"),
        ("../x", "vod-..-x"),
    ],
)
def test_a_job_id_is_unique_and_fit_for_every_storage(run_id, expected):
    assert job_id(run_id, "vod") == expected


def test_outputs_go_where_the_run_says_else_where_the_workflow_says_else_into_the_sources_bucket():
    workflow = frozen(output={"location": "s3://out/vod"})
    asked = submitted_job({"source": "s3://in/a.mp4", "output": "s3://mine/x"}, run_id="r", current=workflow)
    assert asked.output == "s3://mine/x/"
    assert submitted_job({"source": "s3://in/a.mp4"}, run_id="r", current=workflow).output == "s3://out/vod/"
    assert output_location(None, "s3://in/folder/a.mp4") == "s3://in/"


@pytest.mark.parametrize("source", ["https://example.com/a.mp4", "file:///srv/a.mp4"])
def test_a_source_outside_of_buckets_needs_a_place_for_outputs(source):
    with pytest.raises(ConfigurationError, match="say where outputs go"):
        output_location(None, source)


def _engine(storage):
    return Engine(toolchain=None, storages=lambda _: storage, limits=None, directory=None)


def test_results_lie_beside_the_outputs_and_their_records_find_them():
    import json

    job = submitted_job({"source": "s3://in/a.mp4"}, run_id="normal__abc", current=frozen())
    made = Made(output="mp4", file="a.mp4", uri="s3://in/.media/a.mp4", size=7, sha256="0", media_type="video/mp4")
    result = StageResult(key="k", name="mp4", made=(made,), seconds=2.5)
    storage = MemoryStorage()
    storage.write(unit_folder(job.output, "k") + "done.json", json.dumps(to_json(result)).encode(), media_type="application/json")
    written = record(result)
    assert (written["files"], written["bytes"]) == (1, 7)
    assert "made" not in written
    assert results([written], job, _engine(storage)) == [result]


def test_the_error_of_an_optional_output_travels_in_its_record():
    failed = StageResult(key="k", name="preview", error=EncodeFailed("no frames").to_json())
    job = submitted_job({"source": "s3://in/a.mp4"}, run_id="normal__abc", current=frozen())
    assert results([record(failed)], job, _engine(MemoryStorage())) == [failed]


def test_a_job_uses_the_connections_that_its_workflow_names(monkeypatch):
    asked = {}
    monkeypatch.setattr(JobOperator, "engine", lambda self, output: asked.update(s=self.source_conn_id, o=self.output_conn_id, at=output))
    workflow = frozen(trigger={"bucket": "uploads", "connection": "reader"}, output={"location": "s3://out/", "connection": "writer"})
    JobOperator(task_id="t").job_engine(submitted_job({"source": "s3://uploads/a.mp4"}, run_id="r", current=workflow))
    assert asked == {"s": "reader", "o": "writer", "at": "s3://out/"}


def test_outputs_in_the_sources_bucket_are_written_through_the_sources_connection(monkeypatch):
    asked = {}
    monkeypatch.setattr(JobOperator, "engine", lambda self, output: asked.update(o=self.output_conn_id, at=output))
    workflow = frozen(trigger={"bucket": "uploads", "connection": "reader"})
    JobOperator(task_id="t").job_engine(submitted_job({"source": "s3://uploads/a.mp4"}, run_id="r", current=workflow))
    assert asked == {"o": "reader", "at": "s3://uploads/"}
