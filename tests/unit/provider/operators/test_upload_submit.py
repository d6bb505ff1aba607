"""Uploads become jobs by way of the one submission."""

import pytest

from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.core.uploads.listing import Arrival
from airflow_provider_media.core.uploads.matching import Upload
from airflow_provider_media.operators import upload_submit
from airflow_provider_media.operators.upload_submit import UploadSubmitOperator

WORKFLOW = (
    "name: {name}\npriority: {priority}\noutputs: {{poster: {{preset: poster}}}}\ntrigger: {{bucket: inbox, account:"
    " {account}}}\n"
)


class Store:
    """Keeps submissions by their ids, as many as there is room for."""

    def __init__(self):
        self.kept, self.room = {}, 99

    def record(self, submission, account):
        created = submission.job_id not in self.kept
        if created and sum(each.priority == submission.priority for each in self.kept.values()) == self.room:
            raise QueueFull("no more may wait")
        first = self.kept.setdefault(submission.job_id, submission)
        return StoredJob(
            request=first.request, priority=first.priority, submitted_at=first.submitted_at, created=created
        )


@pytest.fixture
def store(monkeypatch, tmp_path):
    for name, value in {
        "WORKFLOWS_FOLDER": tmp_path,
        "QUEUES_FILE": tmp_path / "queues.yml",
        "PRESETS_FOLDER": tmp_path / "none",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{name}", str(value))
    for name, priority in (("vod", "normal"), ("archive", "low")):
        (tmp_path / f"{name}.yaml").write_text(WORKFLOW.format(name=name, priority=priority, account="default"))
    one = Store()
    one.folder = tmp_path
    monkeypatch.setattr(upload_submit, "TaskApiStore", lambda: one)
    return one


def arrival(key="a.mp4", workflow="vod"):
    return to_json(
        Arrival(workflow=workflow, upload=Upload(bucket="inbox", key=key, version="1", etag="1"), job="j", size=5)
    )


def submit(*arrivals):
    return UploadSubmitOperator(task_id="submit", arrivals=arrivals).execute({})


def test_each_arrival_becomes_one_job_however_often_it_is_told(store):
    assert submit(arrival(), arrival("b.mp4"), arrival()) == {"created": 2, "known": 1}
    assert {each.source for each in store.kept.values()} == {"s3://inbox/a.mp4", "s3://inbox/b.mp4"}
    assert submit(arrival()) == {"known": 1}


def test_nothing_in_a_name_is_rendered(store):
    submit(arrival("{{ 7 * 7 }}.mp4"))
    assert [each.source for each in store.kept.values()] == ["s3://inbox/{{ 7 * 7 }}.mp4"]


def test_full_queue_blocks_no_other_and_rest_is_submitted_later(store):
    store.room = 1
    assert submit(arrival(), arrival("b.mp4"), arrival(workflow="archive")) == {"created": 2, "full": 1}
    store.room = 2
    assert submit(arrival("b.mp4")) == {"created": 1}


def test_uploads_of_a_vanished_workflow_keep_no_other_waiting(store):
    assert submit(arrival(workflow="gone"), arrival(workflow="archive")) == {"gone": 1, "created": 1}


def test_arrival_of_workflow_with_unknown_account_starts_no_job(store):
    (store.folder / "vod.yaml").write_text(WORKFLOW.format(name="vod", priority="low", account="nobody"))
    submit(arrival(), arrival(workflow="archive"), arrival("b.mp4"))
    assert [each.workflow.workflow.name for each in store.kept.values()] == ["archive"]


def test_submit_in_a_test_command_submits_nothing(store, monkeypatch):
    monkeypatch.setattr(upload_submit.runs, "is_test", lambda: True)
    assert submit(arrival(), arrival("b.mp4")) == {"tested": 2}
    assert store.kept == {}
