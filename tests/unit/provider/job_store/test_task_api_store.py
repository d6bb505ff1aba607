"""Submitting from inside a task, over what the API can tell."""

from datetime import timedelta

import pytest

from airflow_provider_media.core.submission.errors import IdempotencyConflict, QueueFull, QueueMissing, WorkflowPaused
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.submit import submit
from airflow_provider_media.hooks import queue_counts
from airflow_provider_media.job_store import task_api_store
from airflow_provider_media.job_store.task_api_store import TaskApiStore


class Runs:
    """Runs by DAG and id; a run's task is in the state ``states`` has for it, else in none."""

    def __init__(self):
        self.confs, self.dates, self.states, self.overtaken = {}, {}, {}, False
        self.begin = {}
        self.paused, self.counts, self.lost, self.left = set(), 0, False, {}

    def is_paused(self, dag_id):
        return dag_id in self.paused

    def start_run(self, dag_id, run_id, *, conf, logical_date=None, run_after=None, note=None, reset=False):
        if self.overtaken:
            self.confs |= {} if self.lost else {(dag_id, run_id): conf}
            return False
        self.confs[dag_id, run_id], self.dates[run_id], self.begin[run_id] = conf, logical_date, run_after
        return True

    def pull(self, dag_id, run_id, task_id, key):
        assert task_id == "job"
        return self.left.get((run_id, key))

    def find_conf(self, dag_id, run_id):
        return self.confs.get((dag_id, run_id))

    def count_tasks(self, dag_id, task_id, states):
        assert task_id == "job"
        self.counts += 1
        return sum(self.states.get(run, "null") in states for dag, run in self.confs if dag == dag_id)


@pytest.fixture
def runs(monkeypatch):
    one = Runs()
    for module in (task_api_store, queue_counts):
        monkeypatch.setattr(module, "runs", one)
    return one


@pytest.fixture
def send(accounts, clip):
    def sending(number=1, *, wanted_store=None, account="default", **wanted):
        request = Request(**{"source": f"s3://in/{number}.mp4", "workflow": "clip", **wanted})
        store = wanted_store or TaskApiStore()
        return submit(request, account=accounts.account(account), store=store, workflows=lambda _: clip)

    return sending


def test_job_becomes_run_of_its_queue_dated_with_its_submission(runs, send):
    receipt = send(priority="low", job_id="upload")
    assert list(runs.confs) == [("media_ingest_low", "low__upload")]
    assert runs.dates["low__upload"] == receipt.submitted_at
    assert (receipt.state, receipt.created) == ("running", True)


def test_the_same_upload_gives_the_same_job(runs, send):
    first, second = send(job_id="upload"), send(job_id="upload")
    assert (second.created, second.submitted_at) == (False, first.submitted_at)
    assert len(runs.confs) == 1


def test_the_same_key_tells_where_the_job_stands_by_now(runs, send):
    send(job_id="key")
    assert send(job_id="key").state == "waiting"
    runs.left["normal__key", "started_at"] = "2026-11-22T08:00:00+00:00"
    assert send(job_id="key").state == "running"
    runs.left["normal__key", "state"] = "succeeded"
    assert send(job_id="key").state == "succeeded"


def test_upload_after_priority_change_raises_idempotency_conflict_without_second_job(runs, send):
    send(job_id="upload", priority="low")
    with pytest.raises(IdempotencyConflict):
        send(job_id="upload", priority="normal")
    assert len(runs.confs) == 1


def test_job_created_concurrently_by_another_is_taken_as_same_job(runs, send):
    runs.overtaken = True
    assert not send(job_id="upload").created


def test_a_full_queue_refuses(runs, send):
    for number in range(5):
        send(number, job_id=str(number))
        runs.states |= {f"normal__{number}": "deferred"} if number < 2 else {}
    with pytest.raises(QueueFull, match="3 normal-priority jobs"):
        send(9)
    assert send(9, priority="low").state == "waiting"


def test_room_is_waiting_limit_plus_free_slots_if_none_waits(runs, send, accounts):
    account = accounts.account("default")
    assert (queue_counts.room(account, "normal"), queue_counts.room(account, "low")) == (3 + 2, 2 + 2)
    for number in range(4):
        send(number, job_id=str(number))
        runs.states |= {f"normal__{number}": "deferred"} if number < 2 else {}
    assert (queue_counts.room(account, "normal"), queue_counts.room(account, "low")) == (1, 2)


def test_job_neither_created_nor_found_raises_queue_missing(runs, send):
    runs.overtaken = runs.lost = True
    with pytest.raises(QueueMissing, match="normal__upload"):
        send(job_id="upload")


def test_task_submission_to_paused_workflow_is_refused_with_a_code(runs, send):
    runs.paused.add("media_clip")
    with pytest.raises(WorkflowPaused, match="Submit again once its DAG media_clip is unpaused"):
        send()
    assert runs.confs == {}


def test_task_submission_to_paused_workflow_is_held_if_account_allows(runs, send):
    runs.paused.add("media_clip")
    receipt = send(job_id="upload", account="patient")
    assert (receipt.state, receipt.hold.code) == ("waiting", "workflow_paused")
    assert runs.begin["normal__upload"] > receipt.submitted_at + timedelta(days=365)


def test_a_paused_queue_keeps_a_job_waiting(runs, send):
    runs.paused.add("media_ingest_normal")
    assert send().state == "waiting"
    assert send(priority="low", wanted_store=TaskApiStore()).state == "waiting"


def test_many_submissions_of_task_are_counted_together_without_overfilling_queue(runs, send):
    store = TaskApiStore()
    states = [send(number, wanted_store=store).state for number in range(5)]
    assert states == ["running", "running", "waiting", "waiting", "waiting"]
    with pytest.raises(QueueFull):
        send(9, wanted_store=store)
    assert runs.counts == 4
