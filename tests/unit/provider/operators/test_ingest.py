"""A task puts a job into the queues: once for each request, however often it is tried."""

from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.operators import ingest
from airflow_provider_media.operators.ingest import FIELDS, IngestSubmitOperator
from tests.task_contexts import task_context


class Store:
    def __init__(self):
        self.kept, self.full = {}, False

    def record(self, submission, account):
        if self.full:
            raise QueueFull("no more may wait")
        created = submission.job_id not in self.kept
        first = self.kept.setdefault(submission.job_id, submission)
        return StoredJob(
            request=first.request,
            priority=first.priority,
            submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
            created=created,
        )


@pytest.fixture
def store(monkeypatch, tmp_path):
    for name, value in {
        "WORKFLOWS_FOLDER": tmp_path,
        "QUEUES_FILE": tmp_path / "queues.yml",
        "PRESETS_FOLDER": tmp_path / "none",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{name}", str(value))
    (tmp_path / "vod.yaml").write_text("name: vod\noutputs: {p: {preset: poster}}\n")
    (tmp_path / "queues.yml").write_text("accounts: {acme: {workflow: vod, connections: [hooks]}}\n")
    one = Store()
    monkeypatch.setattr(ingest, "TaskApiStore", lambda: one)
    return one


def submit(*, index=-1, run="r", **fields):
    operator = IngestSubmitOperator(task_id="submit", **{"source": "s3://in/a.mp4", "workflow": "vod", **fields})
    return operator.execute(task_context("d", run, task_id="submit", map_index=index))


def test_it_answers_with_a_small_receipt(store):
    (job,) = [submit(priority="low")["id"]]
    assert submit(priority="low") == {
        "id": job,
        "account": "default",
        "priority": "low",
        "state": "waiting",
        "submitted_at": "2026-01-01T00:00:00Z",
        "created": False,
        "hold": None,
        "warning": None,
    }


def test_every_attempt_returns_same_job_and_each_task_its_own(store):
    jobs = [submit()["id"], submit(index=1)["id"], submit(run="s")["id"], submit(source="s3://in/b.mp4")["id"]]
    assert len(set(jobs)) == 4
    assert submit()["id"] == jobs[0]


def test_a_key_of_ones_own_holds_over_all_tasks(store):
    first = submit(idempotency_key="lecture-17")
    assert submit(idempotency_key="lecture-17", run="s")["id"] == first["id"]
    with pytest.raises(AirflowFailException, match="idempotency_conflict"):
        submit(idempotency_key="lecture-17", source="s3://in/b.mp4")


def test_ingest_account_gives_request_defaults_and_names_allowed_signing_connections(store):
    submit(
        account="acme", workflow=None, notify=[{"url": "https://cms.example.com/x", "connection": "hooks"}], video="17"
    )
    (kept,) = store.kept.values()
    assert (kept.account, kept.workflow.workflow.name, kept.notify[0].connection, kept.video) == (
        "acme",
        "vod",
        "hooks",
        "17",
    )
    with pytest.raises(AirflowFailException, match="may not use the connection"):
        submit(notify=[{"url": "https://cms.example.com/x", "connection": "hooks"}])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"priority": "high"}, "priority_unknown"),
        ({"workflow": "vid"}, "workflow_unknown"),
        ({"account": "nobody"}, "account_unknown"),
        ({"source": "lecture"}, "request_invalid"),
    ],
)
def test_a_wrong_request_fails_at_once_with_its_code(store, fields, code):
    with pytest.raises(AirflowFailException, match=code):
        submit(**fields)


def test_a_full_queue_is_tried_again(store):
    store.full = True
    with pytest.raises(QueueFull):
        submit()


def test_everything_of_a_request_is_a_template():
    assert set(FIELDS) < set(IngestSubmitOperator.template_fields)
