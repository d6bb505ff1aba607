"""One submit() for every door, on a job store that remembers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import LocationForbidden, RequestInvalid
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.errors import IdempotencyConflict, QueueFull, WorkflowUnknown
from airflow_provider_media.core.submission.names import job_id_of_key
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.submit import StoredJob, Submission, check_submission, submit
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def workflow(name, **fields):
    fields = {"name": name, "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}}, **fields}
    return freeze(build_workflow(fields, load_presets(Path("/nonexistent"))))


WORKFLOWS = {
    "clip": workflow("clip"),
    "placed": workflow("placed", output={"location": "s3://placed/"}, notifications=[{"sqs": "https://sqs/all"}]),
}


class MemoryStore:
    """Remembers jobs, and refuses them when it is told to."""

    def __init__(self, error=None, state=JobState.WAITING):
        self.jobs, self.error, self.state = {}, error, state

    def record(self, submission, account):
        earlier = self.jobs.get(submission.job_id)
        if earlier is None and self.error:
            raise self.error
        job = self.jobs.setdefault(submission.job_id, submission)
        return StoredJob(
            request=job.request,
            priority=job.priority,
            submitted_at=job.submitted_at,
            created=earlier is None,
            state=self.state,
        )


def find(name):
    if name not in WORKFLOWS:
        raise WorkflowUnknown
    return WORKFLOWS[name]


def send(store, *, account=None, **wanted):
    request = Request(**{"source": "s3://in/film.mp4", "workflow": "clip", **wanted})
    return submit(request, account=account or Account(), store=store, workflows=find, now=lambda: NOW)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("s3://in/uploads/film one.mp4", "film one.mp4"),
        ("https://host/a/film.mp4?X-Amz-Signature=secret", "film.mp4"),
        ("s3://in/" + "x" * 900 + ".mp4", "x" * 251 + ".mp4"),
    ],
)
def test_submit_note_of_job_runs_names_file_hides_secret(source, name):
    store = MemoryStore()
    send(store, source=source, priority="low", workflow="placed")
    (job,) = store.jobs.values()
    assert job.note == f"{name}: placed, low priority"


def test_a_submission_is_the_whole_job():
    store = MemoryStore()
    receipt = send(
        store,
        workflow="placed",
        priority="low",
        notify=(Target(kind="url", address="https://host/told"),),
        video="film",
        source_version="v1",
    )
    job = store.jobs[receipt.id]
    assert (job.source, job.source_version, job.priority, job.account, job.video) == (
        "s3://in/film.mp4",
        "v1",
        "low",
        "default",
        "film",
    )
    assert job.workflow == WORKFLOWS["placed"]
    assert job.notify == (
        Target(kind="sqs", address="https://sqs/all"),
        Target(kind="url", address="https://host/told"),
    )
    assert (job.submitted_at, job.run_id, job.dag_id) == (NOW, f"low__{receipt.id}", "media_placed")


def test_a_submission_survives_its_way_through_a_run():
    store = MemoryStore()
    job = store.jobs[send(store, workflow="placed", notify=(Target(kind="url", address="https://host/told"),)).id]
    assert Submission.from_json(job.to_json()) == job


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.WAITING])
def test_the_receipt_says_whether_the_job_starts(state):
    receipt = send(MemoryStore(state=state))
    assert (receipt.state, receipt.created, receipt.submitted_at) == (state, True, NOW)


def test_jobs_without_a_key_are_jobs_of_their_own():
    store = MemoryStore()
    assert send(store).id != send(store).id


def test_submit_same_idempotency_key_same_job_after_workflow_change(monkeypatch):
    store = MemoryStore()
    first = send(store, idempotency_key="k")
    assert first.id == job_id_of_key("default", "k")
    monkeypatch.setitem(WORKFLOWS, "clip", workflow("clip", description="changed"))
    second = send(store, idempotency_key="k")
    assert (second.id, second.created) == (first.id, False)
    assert store.jobs[first.id].workflow.workflow.description == ""


def test_the_key_of_another_request_is_refused():
    store = MemoryStore()
    send(store, idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        send(store, idempotency_key="k", source="s3://in/other.mp4")


def test_an_upload_brings_its_own_id():
    assert send(MemoryStore(), job_id="upload").id == "upload"


@pytest.mark.parametrize(
    ("wanted", "account", "output"),
    [
        ({}, Account(), "s3://in/"),
        ({}, Account(output="s3://theirs"), "s3://theirs/"),
        ({"workflow": "placed"}, Account(output="s3://theirs"), "s3://placed/"),
        ({"workflow": "placed", "output": "s3://asked/"}, Account(output="s3://theirs"), "s3://asked/"),
    ],
)
def test_submit_output_location_from_request_workflow_account_or_source(wanted, account, output):
    store = MemoryStore()
    assert store.jobs[send(store, account=account, **wanted).id].output == output


def test_a_source_from_the_web_needs_a_place_for_outputs():
    with pytest.raises(RequestInvalid, match="say where outputs go") as refused:
        send(MemoryStore(), source="https://host/film.mp4?token=secret")
    assert refused.value.detail == {"field": "output"}
    assert "secret" not in refused.value.message


def test_what_is_refused_is_recorded_nowhere():
    store = MemoryStore(error=QueueFull())
    with pytest.raises(QueueFull):
        send(store)
    with pytest.raises(WorkflowUnknown):
        send(store, workflow="nothing")
    assert store.jobs == {}


KEPT = Account(
    name="acme", sources=("s3://media-in/acme/", "https://files.example/"), outputs=("s3://media-out/acme/",)
)


@pytest.mark.parametrize("source", ["s3://media-in/acme/a.mp4", "https://files.example/deep/a.mp4?x=1"])
def test_submit_source_in_allowed_location_of_account_is_accepted(source):
    receipt = send(MemoryStore(), account=KEPT, source=source, output="s3://media-out/acme/1/")
    assert receipt.created


@pytest.mark.parametrize(
    "source",
    [
        "s3://media-in/a.mp4",
        "s3://media-in/acme-corp/a.mp4",
        "s3://media-in/acme/../other/a.mp4",
        "s3://media-in-2/acme/a.mp4",
        "http://files.example/a.mp4",
        "https://files.example/%2e%2e/a.mp4",
        "https://files.example.evil.example/a.mp4",
        "https://files.example@evil.example/a.mp4",
        "file:///media-in/acme/a.mp4",
    ],
)
def test_a_source_elsewhere_is_refused(source):
    with pytest.raises(LocationForbidden, match="under sources in") as told:
        send(MemoryStore(), account=KEPT, source=source, output="s3://media-out/acme/")
    assert told.value.detail == {"field": "source"}


@pytest.mark.parametrize("output", ["s3://media-out/", "s3://media-out/acme-corp/", None])
def test_submit_output_outside_allowed_locations_refused_even_in_source_bucket(output):
    with pytest.raises(LocationForbidden, match="under outputs in") as told:
        send(MemoryStore(), account=KEPT, source="s3://media-in/acme/a.mp4", output=output)
    assert told.value.detail == {"field": "output"}


def test_submit_output_of_workflow_or_account_ignores_allowed_locations():
    assert send(MemoryStore(), account=KEPT, source="s3://media-in/acme/a.mp4", workflow="placed").created
    own = KEPT.model_copy(update={"output": "s3://elsewhere/"})
    assert send(MemoryStore(), account=own, source="s3://media-in/acme/a.mp4").created


def test_the_place_for_uploads_is_always_among_the_sources():
    own = Account.model_validate({"sources": [], "uploads": {"location": "s3://uploads/acme/"}})
    assert send(MemoryStore(), account=own, source="s3://uploads/acme/1/a.mp4").created
    with pytest.raises(LocationForbidden):
        send(MemoryStore(), account=own, source="s3://uploads/a.mp4")


def submitted(account, **wanted):
    store = MemoryStore()
    return store.jobs[send(store, account=account, **wanted).id]


@pytest.mark.parametrize("name", ["clip", "placed"])
def test_check_submission_accepts_every_submitted_job_with_same_configuration(name):
    account = KEPT.model_copy(update={"output": "s3://theirs", "connections": frozenset({"hook"})})
    notify = (
        Target(kind="url", address="https://host/told"),
        Target(kind="url", address="https://host/told", connection="hook"),
    )
    check_submission(submitted(account, workflow=name, source="s3://media-in/acme/a.mp4", notify=notify), account)


@pytest.mark.parametrize("field", ["source", "output"])
def test_check_submission_refuses_a_location_that_the_account_has_lost(field):
    job = submitted(KEPT, source="s3://media-in/acme/a.mp4", output="s3://media-out/acme/")
    with pytest.raises(LocationForbidden, match=f"under {field}s in") as refused:
        check_submission(job, KEPT.model_copy(update={f"{field}s": ("s3://elsewhere/",)}))
    assert refused.value.detail == {"field": field}


@pytest.mark.parametrize(
    "target",
    [Target(kind="url", address="https://host/", connection="hook"), Target(kind="sqs", address="https://sqs/all")],
)
def test_check_submission_refuses_a_connection_that_the_account_has_lost(target):
    job = submitted(Account(), workflow="placed", notify=(target,))
    with pytest.raises(RequestInvalid, match="may not use the connection") as refused:
        check_submission(job, Account())
    assert refused.value.detail == {"field": "notify.0.connection"}


@pytest.mark.parametrize(
    ("priority", "source", "is_warned"),
    [("low", "s3://uploads/1/a.mp4", True), ("normal", "s3://uploads/1/a.mp4", False), ("low", "s3://in/a.mp4", False)],
)
def test_submit_low_priority_job_from_upload_location_returns_deletion_warning(priority, source, is_warned):
    account = Account(uploads={"location": "s3://uploads/"})
    receipt = send(MemoryStore(), source=source, priority=priority, account=account)
    assert ("deleted 24 hours after" in (receipt.warning or "")) == is_warned
