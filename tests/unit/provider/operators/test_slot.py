"""The two tasks of a job in its queue."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException, TaskDeferred

from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.submission.errors import QueueMissing
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.hooks.signing import is_signed, signed_submission
from airflow_provider_media.operators import slot
from airflow_provider_media.operators.slot import JobCloseOperator, JobSlotOperator
from tests.task_contexts import task_context

FIELDS = {
    "name": "clip",
    "output": {"location": "s3://out/"},
    "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}},
}
JOB = Submission(
    job_id="1",
    account="default",
    priority="low",
    source="s3://in/film.mp4",
    workflow=freeze(build_workflow(FIELDS, load_presets(Path("/nonexistent")))),
    output="s3://out/",
    request="hash",
    submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture(autouse=True)
def accounts(monkeypatch, tmp_path):
    file = tmp_path / "queues.yaml"
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(file))
    return file


@pytest.fixture
def runs(monkeypatch):
    class Runs:
        """Airflow's runs, as tasks can ask for and start them."""

        def __init__(self):
            self.there, self.started, self.notes, self.paused = {}, [], [], set()

        def is_paused(self, dag_id):
            return dag_id in self.paused

        def start_run(self, dag_id, run_id, *, conf, logical_date=None, run_after=None, note=None, reset=False):
            created = (dag_id, run_id) not in self.there
            self.started.append((dag_id, run_id, conf, logical_date, reset))
            self.notes.append(note)
            self.there.setdefault((dag_id, run_id), "queued")
            return created or reset

        def find_conf(self, dag_id, run_id):
            return next(conf for dag, run, conf, *_ in self.started if (dag, run) == (dag_id, run_id))

        def find_state(self, dag_id, run_id):
            return self.there[dag_id, run_id]

        def pull(self, *_):
            return None

    one = Runs()
    monkeypatch.setattr(slot, "runs", one)
    return one


def context(outcome=None, try_number=1, job=JOB):
    return task_context(
        "media_ingest_low",
        "low__1",
        conf=signed_submission(job),
        try_number=try_number,
        xcoms={"outcome": outcome},
    )


def hold(**more):
    with pytest.raises(TaskDeferred) as deferred:
        JobSlotOperator(task_id="job").execute(context(**more))
    return deferred.value.trigger


def test_slot_task_of_paused_workflow_gives_its_slot_back(runs):
    runs.paused.add("media_clip")
    paused = context()
    with pytest.raises(AirflowRescheduleException):
        JobSlotOperator(task_id="job").execute(paused)
    assert (runs.started, paused["ti"].xcoms) == ([], {"outcome": None})


def test_slot_starts_job_run_under_same_id_and_waits(runs):
    trigger = hold()
    dag_id, run_id, conf, date, reset = runs.started[0]
    assert (dag_id, run_id, date, reset) == ("media_clip", "low__1", JOB.submitted_at, False)
    assert conf == {
        "account": "default",
        "source": JOB.source,
        "source_version": None,
        "output": JOB.output,
        "workflow": JOB.workflow.to_json(),
        "signature": conf["signature"],
    }
    assert is_signed(conf, dag_id=dag_id, run_id=run_id)
    assert (trigger.dag_id, trigger.run_id, trigger.queue_dag_id) == ("media_clip", "low__1", "media_ingest_low")
    assert runs.notes == [JOB.note]


def test_slot_with_missing_dag_restores_dag_and_is_retried(runs, monkeypatch):
    def missing(*_, **__):
        raise QueueMissing("there is no such DAG")

    restored = []
    monkeypatch.setattr(runs, "start_run", missing)
    monkeypatch.setattr(slot, "dag_records", SimpleNamespace(restore_workflow=restored.append))
    with pytest.raises(QueueMissing):
        JobSlotOperator(task_id="job").execute(context())
    assert restored == [JOB.workflow]


@pytest.mark.parametrize("state", ["queued", "running", "success"])
def test_a_run_that_is_there_already_is_taken_up(runs, state):
    runs.there["media_clip", "low__1"] = state
    hold(try_number=2)
    assert [reset for *_, reset in runs.started] == [False]


def test_a_run_that_has_failed_is_done_again(runs):
    runs.there["media_clip", "low__1"] = "failed"
    hold(try_number=2)
    assert [reset for *_, reset in runs.started] == [False, True]


def refused(by_hand):
    """How a job that must not start has ended, and the error of its one failed task."""
    with pytest.raises(AirflowSkipException):
        JobSlotOperator(task_id="job").execute(by_hand)
    with pytest.raises(AirflowFailException) as failed:
        JobCloseOperator(task_id="close").execute(by_hand)
    return by_hand["ti"].xcoms["outcome"], str(failed.value)


@pytest.mark.parametrize("conf", [None, {}, {"source": "s3://in/film.mp4"}, JOB.to_json()])
def test_slot_of_unsigned_run_fails_one_task_naming_submit_command(runs, conf):
    by_hand = context()
    by_hand["dag_run"].conf = conf
    outcome, failure = refused(by_hand)
    assert (outcome["state"], outcome["errors"][0]["code"]) == ("failed", "conf_untrusted")
    assert re.search(r"conf_untrusted: This run is no job: .* `airflow media submit`", failure)
    assert runs.started == []


@pytest.mark.parametrize(
    "fields", [{"sources": ["s3://other/"]}, {"output": "s3://theirs/", "outputs": ["s3://other/"]}]
)
def test_slot_with_location_lost_by_account_fails_with_rest_error(runs, accounts, fields):
    accounts.write_text(json.dumps({"accounts": {"default": fields}}))
    job = replace(JOB, output="s3://asked/")
    outcome, failure = refused(context(job=job))
    (error,) = outcome["errors"]
    assert error["code"] == "location_forbidden"
    assert "its administrator lists the places that it may use under" in error["message"]
    assert "location_forbidden" in failure
    assert runs.started == []


def test_slot_with_connection_lost_by_account_announces_nothing(runs, accounts):
    outcome, failure = refused(
        context(job=replace(JOB, notify=(Target(kind="url", address="https://host/", connection="hook"),)))
    )
    assert outcome["errors"][0]["code"] == "request_invalid"
    assert "may not use the connection 'hook'" in failure
    assert runs.started == []


def test_slot_announces_with_a_signed_conf(runs):
    with pytest.raises(TaskDeferred):
        JobSlotOperator(task_id="job").execute(
            context(job=replace(JOB, notify=(Target(kind="url", address="https://host/", mode="change"),)))
        )
    dag_id, run_id, conf, *_ = runs.started[1]
    assert dag_id == "media_announce"
    assert is_signed(conf, dag_id=dag_id, run_id=run_id)


def test_slot_does_not_adopt_run_of_workflow_made_by_hand(runs):
    runs.there["media_clip", "low__1"] = "success"
    runs.find_conf = lambda *_: {"source": "s3://in/other.mp4"}
    outcome, failure = refused(context())
    assert outcome["errors"][0]["code"] == "conf_untrusted"
    assert "Delete that run and retry the job" in failure


def test_another_attempt_asks_for_another_logical_date(runs):
    hold(try_number=3)
    assert (runs.started[0][3] - JOB.submitted_at).microseconds == 2


def outcome(state, *errors):
    return {"state": state, "errors": list(errors), "ended_at": "2026-01-01T00:00:00+00:00"}


def test_closing_a_job_that_succeeded_is_done_with_a_word(runs):
    assert JobCloseOperator(task_id="close").execute(context(outcome("succeeded")))["state"] == "succeeded"


def test_closing_a_job_that_failed_fails_with_its_errors(runs):
    error = {"code": "source_empty", "message": "no bytes"}
    with pytest.raises(AirflowFailException, match="source_empty: no bytes"):
        JobCloseOperator(task_id="close").execute(context(outcome("failed", error)))


def test_closing_a_job_that_was_cancelled_says_so(runs):
    with pytest.raises(AirflowFailException, match=r"The job 1 was cancelled\.$"):
        JobCloseOperator(task_id="close").execute(context(outcome("cancelled")))


def test_an_outcome_is_understood_in_the_form_that_triggers_leave(runs):
    assert JobCloseOperator(task_id="close").execute(context(json.dumps(outcome("succeeded"))))["state"] == "succeeded"


def test_a_job_whose_slot_was_lost_has_failed(runs):
    with pytest.raises(AirflowFailException, match="job_lost"):
        JobCloseOperator(task_id="close").execute(context())


def test_nobody_is_told_where_nobody_is_to_be_told(runs):
    JobCloseOperator(task_id="close").execute(context(outcome("succeeded")))
    assert runs.started == []


def test_close_repeated_announces_one_end_under_one_id(runs):
    job = replace(JOB, notify=(Target(kind="url", address="https://host/"),))
    for clears in (1, 2):
        closing = context({**outcome("succeeded"), "redrive": 1}, job=job)
        closing["dag_run"].clear_number = clears
        JobCloseOperator(task_id="close").execute(closing)
    assert {run_id for _, run_id, *_ in runs.started} == {"1__succeeded__redrive-1"}
