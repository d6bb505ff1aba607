from dataclasses import replace

import pytest

from airflow_provider_media.core.accounts.errors import LocationForbidden, PriorityUnknown, RequestInvalid
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.errors import EncodeFailed, ProcessingError
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, MeasuredQuality, StageResult
from airflow_provider_media.core.jobs.places import output_location, unit_folder
from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.plans import Artifact, Plan, Unit
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.workflow_run_conf import WorkflowRunConf
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.operators.job_stages import (
    JobOperator,
    manual_job,
    submitted_job,
    submitted_job_id,
)
from airflow_provider_media.operators.stage_records import answer_of, encoded_records, record, unit_of, unit_results
from tests.task_contexts import task_context


def frozen(name="vod", **fields):
    return freeze(build_workflow({"name": name, "outputs": {"poster": {"kind": "snapshots", "at": [1]}}, **fields}))


@pytest.fixture(autouse=True)
def accounts(monkeypatch, tmp_path):
    file = tmp_path / "queues.yaml"
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(file))
    return file


def by_hand(conf, *, run_id="r", workflow=None):
    return manual_job(conf, run_id=run_id, workflow=workflow or frozen())


def workflow_run_conf(**fields):
    work = {
        "account": "default",
        "source": "s3://in/a.mp4",
        "output": "s3://out/",
        "workflow": frozen().to_json(),
        **fields,
    }
    return WorkflowRunConf(**work).to_json()


def test_submitted_job_is_the_one_in_the_conf():
    submitted = frozen("vod", priority="low")
    job = submitted_job(workflow_run_conf(workflow=submitted.to_json(), source_version="etag"), run_id="normal__abc")
    assert (job.id, job.workflow, job.source, job.output, job.source_version) == (
        "abc",
        submitted,
        "s3://in/a.mp4",
        "s3://out/",
        "etag",
    )


def test_submitted_job_is_refused_if_workflow_changed_after_freezing():
    changed = {**frozen().to_json(), "hash": "0" * 64}
    with pytest.raises(ConfigurationError, match="changed after it had been frozen"):
        submitted_job(workflow_run_conf(workflow=changed), run_id="normal__abc")


@pytest.mark.parametrize(
    ("field", "conf"), [("source", {"source": "s3://other/a.mp4"}), ("output", {"output": "s3://other/"})]
)
def test_submitted_job_is_refused_if_account_may_not_use_location(accounts, field, conf):
    accounts.write_text('accounts: {acme: {sources: ["s3://in/"], outputs: ["s3://out/"]}}')
    assert submitted_job(workflow_run_conf(account="acme"), run_id="normal__abc").id == "abc"
    with pytest.raises(LocationForbidden, match=f"may use under {field}s"):
        submitted_job(workflow_run_conf(account="acme", **conf), run_id="normal__abc")


def test_submitted_job_of_another_version_is_refused():
    with pytest.raises(ConfUntrusted, match="Another version of this package"):
        submitted_job({"source": "s3://in/a.mp4"}, run_id="normal__abc")


def test_job_by_hand_takes_the_workflow_of_this_moment():
    current = frozen()
    assert by_hand({"source": "s3://in/a.mp4", "output": None, "priority": "low"}, workflow=current).workflow == current


@pytest.mark.parametrize("field", ["workflow", "account", "source_version", "notify", "signature", "x" * 1000])
def test_job_by_hand_may_name_source_output_and_priority_only(field):
    with pytest.raises(ConfUntrusted, match="may name source, output, priority only") as refused:
        by_hand({"source": "s3://in/a.mp4", field: frozen().to_json()})
    assert len(refused.value.message) < 400


@pytest.mark.parametrize("conf", [{}, {"source": ""}, {"source": None}, {"source": 3}])
def test_a_run_without_a_source_says_how_to_start_one(conf):
    with pytest.raises(ConfigurationError, match="start it with a conf such as"):
        by_hand(conf)


@pytest.mark.parametrize(
    ("conf", "error"),
    [
        ({"source": "no uri"}, RequestInvalid),
        ({"source": "s3://in/a.mp4", "output": ["s3://out/"]}, RequestInvalid),
        ({"source": "s3://in/a.mp4", "output": "https://host/"}, RequestInvalid),
        ({"source": "s3://in/a.mp4", "priority": {}}, PriorityUnknown),
        ({"source": "s3://other/a.mp4"}, LocationForbidden),
        ({"source": "s3://in/a.mp4", "output": "s3://other/"}, LocationForbidden),
    ],
)
def test_job_by_hand_is_checked_as_rest_does(accounts, conf, error):
    accounts.write_text('accounts: {acme: {sources: ["s3://in/"], outputs: ["s3://in/"]}}')
    workflow = frozen(trigger={"bucket": "uploads", "account": "acme"})
    assert by_hand({"source": "s3://in/a.mp4"}, workflow=workflow).output == "s3://in/"
    with pytest.raises(error):
        by_hand(conf, workflow=workflow)


def test_job_by_hand_never_takes_id_of_submitted_job():
    assert by_hand({"source": "s3://in/a.mp4"}, run_id="normal__abc").id == "vod-normal__abc"


def test_a_job_survives_its_way_through_xcom():
    job = by_hand({"source": "s3://in/a.mp4"})
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
    assert submitted_job_id(run_id, "vod") == expected


def test_output_location_comes_from_run_then_workflow_then_source_bucket():
    workflow = frozen(output={"location": "s3://out/vod"})
    asked = by_hand({"source": "s3://in/a.mp4", "output": "s3://mine/x"}, workflow=workflow)
    assert asked.output == "s3://mine/x/"
    assert by_hand({"source": "s3://in/a.mp4"}, workflow=workflow).output == "s3://out/vod/"
    assert output_location(None, "s3://in/folder/a.mp4") == "s3://in/"


@pytest.mark.parametrize("source", ["https://example.com/a.mp4", "file:///srv/a.mp4"])
def test_a_source_outside_of_buckets_needs_a_place_for_outputs(source):
    with pytest.raises(ConfigurationError, match="say where outputs go"):
        output_location(None, source)


def _engine(storage):
    return Engine(toolchain=None, storages=lambda _: storage, limits=None, directory=None)


def _plan(key):
    artifact = Artifact(output="mp4", content_key=key, file="a.mp4", expect=Expectation())
    unit = Unit(name="mp4", commands=(), artifacts=(artifact,), cost=1.0)
    return Plan(media=MediaInfo(format="mp4", size=1, duration=1.0), units=(unit,))


def test_results_lie_beside_the_outputs_and_their_records_find_them():
    import json

    job = by_hand({"source": "s3://in/a.mp4"})
    made = ManifestEntry(
        output="mp4", file="a.mp4", uri="s3://in/.media/a.mp4", size=7, sha256="0", media_type="video/mp4"
    )
    result = StageResult(key="k", name="mp4", made=(made,), seconds=2.5)
    storage = MemoryStorage()
    storage.write(
        unit_folder(job.output, "k") + "done.json", json.dumps(to_json(result)).encode(), media_type="application/json"
    )
    written = record([result])
    assert (written["files"], written["bytes"], written["seconds"]) == (1, 7, 2.5)
    assert "made" not in written
    assert list(unit_results(_plan("k").units, [written], job, _engine(storage))) == [result]


def test_measured_quality_travels_in_records():
    import json

    job = by_hand({"source": "s3://in/a.mp4"})
    stored = StageResult(key="k", name="mp4")
    storage = MemoryStorage()
    storage.write(
        unit_folder(job.output, "k") + "done.json", json.dumps(to_json(stored)).encode(), media_type="application/json"
    )
    scores = {"mean": 94.0, "harmonic_mean": 93.5, "first_percentile": 80.0, "minimum": 70.5}
    compared = {"model": "vmaf_v0.6.1", "width": 1280, "height": 720, "frames": 250, "is_sampled": False}
    quality = MeasuredQuality(output="mp4", rendition="mp4", uri="s3://in/.media/v.json", **compared, **scores)
    measured = replace(stored, quality=(quality,), warnings=("mp4: something",))
    written = json.loads(json.dumps(record([measured])))
    assert list(unit_results(_plan("k").units, [written], job, _engine(storage))) == [measured]


def test_the_error_of_an_optional_output_travels_in_its_record():
    failed = StageResult(key="k", name="preview", error=EncodeFailed("no frames").to_json())
    job = by_hand({"source": "s3://in/a.mp4"})
    assert list(unit_results(_plan("k").units, [record([failed])], job, _engine(MemoryStorage()))) == [failed]


def test_record_of_plan_made_again_is_refused():
    assert unit_of(_plan("k"), {"index": 0, "name": "mp4"}).name == "mp4"
    for stale in ({"index": 1, "name": "mp4"}, {"index": 0, "name": "poster"}):
        with pytest.raises(ProcessingError, match="the plan was made again"):
            unit_of(_plan("k"), stale)


def test_a_job_uses_the_connections_that_its_workflow_names(monkeypatch):
    asked = {}
    noted = lambda self, output, job: asked.update(s=self.source_conn_id, o=self.output_conn_id, at=output)
    monkeypatch.setattr(JobOperator, "engine", noted)
    workflow = frozen(
        trigger={"bucket": "uploads", "connection": "reader"}, output={"location": "s3://out/", "connection": "writer"}
    )
    JobOperator(task_id="t").job_engine(by_hand({"source": "s3://uploads/a.mp4"}, workflow=workflow))
    assert asked == {"s": "reader", "o": "writer", "at": "s3://out/"}


def test_outputs_in_source_bucket_are_written_through_source_connection(monkeypatch):
    asked = {}
    monkeypatch.setattr(JobOperator, "engine", lambda self, output, job: asked.update(o=self.output_conn_id, at=output))
    workflow = frozen(trigger={"bucket": "uploads", "connection": "reader"})
    JobOperator(task_id="t").job_engine(by_hand({"source": "s3://uploads/a.mp4"}, workflow=workflow))
    assert asked == {"o": "reader", "at": "s3://uploads/"}


@pytest.mark.parametrize(("answers", "missing"), [([None, {"key": "a"}], "0"), ([{"key": "a"}, None], "1")])
def test_encoded_records_of_a_task_without_its_work_name_it(answers, missing):
    with pytest.raises(ProcessingError, match=rf"encode \[{missing}\] have done none of their work"):
        encoded_records(task_context(xcoms={"return_value": answers}), 2)


def test_answer_of_a_task_without_its_work_names_it():
    with pytest.raises(ProcessingError, match="the task probe has done none of its work"):
        answer_of("probe", task_context())
