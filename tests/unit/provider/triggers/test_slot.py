"""What becomes of the task that holds a slot, by the end of the job's run."""

import asyncio

import pytest

from airflow_provider_media.triggers import slot
from airflow_provider_media.triggers.ends import Ends
from airflow_provider_media.triggers.slot import JobSlotTrigger


@pytest.fixture
def runs(monkeypatch):
    """A fake of what Airflow answers about one run."""

    class Runs:
        state, tasks, left = "success", {}, {}

        def count_runs(self, dag_id, states, run_ids=None):
            return int(not states or self.state in states)

        def task_states(self, dag_id, run_id):
            return self.tasks

        def pull(self, dag_id, run_id, task_id, key, map_index=-1):
            return self.left.get((dag_id, task_id, key, map_index))

    one = Runs()
    monkeypatch.setattr(slot, "runs", one)
    monkeypatch.setattr(slot, "ENDS", Ends(count=one.count_runs))
    return one


def trigger():
    return JobSlotTrigger(dag_id="media_vod", run_id="low__1", queue_dag_id="media_ingest_low", poll_seconds=0.001)


def event():
    async def first():
        return [one async for one in trigger().run()]

    (one,) = asyncio.run(asyncio.wait_for(first(), 10))
    return one


def told(runs, state, **tasks):
    runs.state, runs.tasks = state, tasks
    one = event()
    return one.task_instance_state.value, one.xcoms["outcome"]


def test_the_triggerer_can_make_it_again():
    path, kwargs = trigger().serialize()
    assert path == "airflow_provider_media.triggers.slot.JobSlotTrigger"
    assert JobSlotTrigger(**kwargs).serialize() == (path, kwargs)


def test_a_job_that_succeeded_ends_the_task_well(runs):
    state, outcome = told(runs, "success")
    assert (state, outcome["state"], outcome["errors"]) == ("success", "succeeded", [])


def test_outcome_of_run_that_published_nothing_is_failure(runs):
    state, outcome = told(runs, "success", publish="success")
    assert (state, outcome["state"], outcome["errors"][0]["code"]) == ("skipped", "failed", "nothing_published")
    runs.left["media_vod", "publish", "return_value", -1] = {"manifest": "s3://out/manifest.json"}
    assert told(runs, "success", publish="success")[1]["state"] == "succeeded"


def test_failed_job_skips_task_so_no_retry_repeats_it(runs):
    runs.left["media_vod", "encode", "error", 3] = {"code": "encode_failed", "message": "no"}
    state, outcome = told(
        runs, "failed", probe="success", encode_2="success", encode_3="failed", package="upstream_failed"
    )
    assert (state, outcome["state"]) == ("skipped", "failed")
    assert outcome["errors"] == [{"task": "encode_3", "code": "encode_failed", "message": "no"}]


def test_a_task_that_died_without_a_word_is_named(runs):
    _, outcome = told(runs, "failed", probe="failed")
    assert [(error["task"], error["code"]) for error in outcome["errors"]] == [("probe", "task_failed")]


def test_timed_out_job_is_distinguished_from_failed_job(runs):
    assert told(runs, "failed", probe="success", plan="skipped", encode="skipped")[1]["state"] == "timed_out"


def test_cancelled_job_is_distinguished_from_failed_job(runs):
    runs.left["media_ingest_low", "job", "cancelled", -1] = True
    state, outcome = told(runs, "failed", probe="failed")
    assert (state, outcome["state"], outcome["errors"]) == ("skipped", "cancelled", [])


def test_a_run_without_tasks_has_failed(runs):
    assert told(runs, "failed")[1]["state"] == "failed"


def test_lists_find_the_bare_state_beside_the_outcome(runs):
    runs.state = "success"
    assert event().xcoms["state"] == "succeeded"


def test_the_time_of_the_end_is_settled_once(runs):
    assert told(runs, "success")[1]["ended_at"].endswith("+00:00")
