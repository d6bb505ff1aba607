"""Waiting for a job, from a task that has no database."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.submit import StoredJob, submit
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.job_store import task_api_store as store
from airflow_provider_media.sensors import job as sensors
from airflow_provider_media.sensors.job import MediaJobSensor

CLIP = freeze(
    build_workflow(
        {"name": "clip", "outputs": {"p": {"kind": "snapshots", "at": ["0s"]}}}, load_presets(Path("/nonexistent"))
    )
)
QUEUE, RUN = "media_ingest_low", "low__17"
FILE = {"uri": "s3://in/p.jpg"}


class Runs:
    """The runs of one job, as a task can ask for them."""

    def __init__(self):
        self.state, self.left = "running", {}
        self.record(None, None)

    def record(self, submission, account):
        self.conf = submission and json.loads(json.dumps(submission.to_json()))
        return submission and StoredJob(
            request=submission.request, priority="low", submitted_at=submission.submitted_at, created=True
        )

    def find_conf(self, dag_id, run_id):
        return self.conf if (dag_id, run_id) == (QUEUE, RUN) else None

    def find_state(self, dag_id, run_id):
        assert (dag_id, run_id) == (QUEUE, RUN)
        return self.state

    def pull(self, dag_id, run_id, task_id, key, map_index=-1):
        return self.left.get((dag_id, task_id, key))

    def end(self, state, errors=(), **result):
        self.state = "success" if state == "succeeded" else "failed"
        outcome = {"state": state, "errors": list(errors), "ended_at": "2026-01-01T00:10:00+00:00"}
        # What a trigger leaves is text, what a task leaves is not.
        self.left = {
            (QUEUE, "job", "outcome"): json.dumps(outcome),
            (QUEUE, "job", "started_at"): "2026-01-01T00:01:00+00:00",
        }
        self.left["media_clip", "publish", "return_value"] = result or None


@pytest.fixture
def runs(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yml"))
    one = Runs()
    for module in (store, sensors):
        monkeypatch.setattr(module, "runs", one)
    told = []
    monkeypatch.setattr(sensors, "report_failure", lambda code, message: told.append(code))
    one.told = told
    request = Request(source="s3://in/a.mp4", workflow="clip", priority="low", job_id="17", video="lecture")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    submit(request, account=Account(), store=one, workflows=lambda _: CLIP, now=lambda: now)
    return one


def wait(job_id="17"):
    return MediaJobSensor(task_id="wait", job_id=job_id, timeout=90).execute({})


def test_job_sensor_defers_without_worker_until_job_run_ends(runs):
    with pytest.raises(TaskDeferred) as caught:
        wait()
    _, arguments = caught.value.trigger.serialize()
    assert (arguments["dag_id"], arguments["run_id"]) == (QUEUE, RUN)
    assert (caught.value.method_name, caught.value.timeout.total_seconds()) == ("ended", 90)


def test_it_answers_with_the_jobs_final_view(runs):
    runs.end("succeeded", manifest="s3://in/m.json", files=[FILE], warnings=["hm"])
    view = MediaJobSensor(task_id="wait", job_id="17").ended({}, RUN)
    assert view == wait()
    assert (view["id"], view["state"], view["workflow"], view["video"]) == ("17", "succeeded", "clip", "lecture")
    assert (view["manifest"], view["outputs"], view["warnings"]) == ("s3://in/m.json", [FILE], ["hm"])
    times = [view[name] for name in ("submitted_at", "started_at", "ended_at")]
    assert times == ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", "2026-01-01T00:10:00Z"]
    assert json.loads(json.dumps(view)) == view


@pytest.mark.parametrize(
    ("state", "errors", "code", "said"),
    [
        (
            "failed",
            [{"task": "probe", "code": "source_truncated", "message": "it ends too early"}],
            "source_truncated",
            "The job 17 has failed: it ends too early",
        ),
        ("cancelled", [], "cancelled", "The job 17 was cancelled"),
        ("timed_out", [], "timed_out", "The job 17 has run out of time"),
    ],
)
def test_unsuccessful_job_fails_task_with_job_code(runs, state, errors, code, said):
    runs.end(state, errors)
    with pytest.raises(AirflowFailException, match=f"^{code}: {said}$"):
        wait()
    assert runs.told == [code]


def test_job_whose_slot_task_failed_by_itself_is_lost(runs):
    runs.state = "failed"
    with pytest.raises(AirflowFailException, match=r"^job_lost"):
        wait()


def test_job_put_back_into_its_queue_is_waited_for_again(runs):
    with pytest.raises(TaskDeferred):
        MediaJobSensor(task_id="wait", job_id="17").ended({}, RUN)


def test_a_job_that_is_not_there_fails_at_once(runs):
    with pytest.raises(AirflowFailException, match="job_unknown"):
        wait("18")
