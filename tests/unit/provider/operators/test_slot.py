"""The two tasks of a job in its queue."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.operators import slot
from airflow_provider_media.operators.slot import JobCloseOperator, JobSlotOperator

FIELDS = {"name": "clip", "output": {"location": "s3://out/"}, "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}}}
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


@pytest.fixture
def runs(monkeypatch):
    class Runs:
        """Airflow's runs, as tasks can ask for and start them."""

        def __init__(self):
            self.there, self.started = {}, []

        def start_run(self, dag_id, run_id, *, conf, logical_date=None, reset=False):
            created = (dag_id, run_id) not in self.there
            self.started.append((dag_id, run_id, conf, logical_date, reset))
            self.there.setdefault((dag_id, run_id), "queued")
            return created or reset

        def find_state(self, dag_id, run_id):
            return self.there[dag_id, run_id]

        def pull(self, *_):
            return None

    one = Runs()
    monkeypatch.setattr(slot, "runs", one)
    return one


def context(outcome=None, try_number=1):
    task = SimpleNamespace(
        try_number=try_number,
        xcom_pull=lambda task_ids, key: outcome if key == "outcome" else None,
        xcom_push=lambda key, value: None,
    )
    return {"dag_run": SimpleNamespace(conf=JOB.to_json(), dag_id="media_ingest_low", clear_number=0, run_id="low__1"), "ti": task}


def hold(**more):
    with pytest.raises(TaskDeferred) as deferred:
        JobSlotOperator(task_id="job").execute(context(**more))
    return deferred.value.trigger


def test_a_slot_starts_the_run_of_its_job_under_the_same_id_and_waits(runs):
    trigger = hold()
    dag_id, run_id, conf, date, reset = runs.started[0]
    assert (dag_id, run_id, date, reset) == ("media_clip", "low__1", JOB.submitted_at, False)
    assert conf == {"source": JOB.source, "source_version": None, "output": JOB.output, "workflow": JOB.workflow.to_json()}
    assert (trigger.dag_id, trigger.run_id, trigger.queue_dag_id) == ("media_clip", "low__1", "media_ingest_low")


@pytest.mark.parametrize("state", ["queued", "running", "success"])
def test_a_run_that_is_there_already_is_taken_up(runs, state):
    runs.there["media_clip", "low__1"] = state
    hold(try_number=2)
    assert [reset for *_, reset in runs.started] == [False]


def test_a_run_that_has_failed_is_done_again(runs):
    runs.there["media_clip", "low__1"] = "failed"
    hold(try_number=2)
    assert [reset for *_, reset in runs.started] == [False, True]


@pytest.mark.parametrize("operator", [JobSlotOperator, JobCloseOperator])
@pytest.mark.parametrize("conf", [None, {}, {"source": "s3://in/film.mp4"}])
def test_a_run_that_was_made_by_hand_fails_at_once_and_says_how_jobs_are_submitted(runs, operator, conf):
    by_hand = context()
    by_hand["dag_run"].conf = conf
    with pytest.raises(AirflowFailException, match=r"This run is no job: .* `airflow media submit`"):
        operator(task_id="job").execute(by_hand)
    assert runs.started == []


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
    import json

    assert JobCloseOperator(task_id="close").execute(context(json.dumps(outcome("succeeded"))))["state"] == "succeeded"


def test_a_job_whose_slot_was_lost_has_failed(runs):
    with pytest.raises(AirflowFailException, match="job_lost"):
        JobCloseOperator(task_id="close").execute(context())


def test_nobody_is_told_where_nobody_is_to_be_told(runs):
    JobCloseOperator(task_id="close").execute(context(outcome("succeeded")))
    assert runs.started == []
