"""Versions of lists of jobs: whatever changes a page changes its version."""

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.admission import AT_ONCE
from airflow_provider_media.core.submission.views import JobFilter
from tests.unit.provider.job_store.test_job_lists import counted_statements, failed, published, push, running

LATER = datetime(2031, 1, 1, tzinfo=UTC)


class Jobs:
    """One job of each kind, and what changes them as Airflow or a person does."""

    def __init__(self, queues):
        self.queues = queues
        self.first = queues.submit().id
        queues.admit()
        queues.end(self.first)
        self.published, self.failed = published(queues), failed(queues)
        # Two jobs fill the slots; otherwise the next ones would not wait.
        self.running, _ = running(queues), running(queues)
        self.waiting, self.low = queues.submit().id, queues.submit(priority="low").id

    def found(self, **wanted):
        from airflow_provider_media.job_store.job_queries import find_jobs

        return find_jobs(self.queues.account(), JobFilter(**{"details": True, "limit": 6, **wanted}))

    def change(self, job_id, *, run=None, task=None):
        """Change columns of the run and of the slot task of a job."""
        from airflow_provider_media.job_store.job_queries import find_run

        with self.queues.session() as session:
            rows = find_run(self.queues.account(), job_id, session)
            for row, columns in zip(rows, (run, task), strict=True):
                for name, value in (columns or {}).items():
                    setattr(row, name, value)

    def without_submission_time(self, job_id):
        """Make a job whose time of submission is that of its run."""
        self.change(job_id, run={"conf": {"source": "s3://in/by-hand.mp4"}})

    def edit(self, job_id, task_id, key, value):
        """Change the value of an XCom and nothing else, as Airflow's API does."""
        from airflow.models.xcom import XComModel
        from sqlalchemy import update

        ours = (XComModel.run_id == f"normal__{job_id}", XComModel.task_id == task_id, XComModel.key == key)
        with self.queues.session() as session:
            assert session.execute(update(XComModel).where(*ours).values(value=value)).rowcount == 1

    def work(self, job_id, task_id, **columns):
        """Change columns of a task that works for a job."""
        from airflow.models import TaskInstance
        from sqlalchemy import update

        ours = (TaskInstance.run_id == f"normal__{job_id}", TaskInstance.task_id == task_id)
        with self.queues.session() as session:
            session.execute(update(TaskInstance).where(*ours).values(**columns))

    def delete(self, job_id):
        from airflow.models import DagRun
        from sqlalchemy import delete

        with self.queues.session() as session:
            session.execute(delete(DagRun).where(DagRun.run_id.endswith(job_id)))

    def set_slots(self, number):
        from airflow.models import Pool
        from sqlalchemy import update

        with self.queues.session() as session:
            session.execute(update(Pool).where(Pool.pool == "media_jobs").values(slots=number))

    def raise_priority(self, job_id):
        from airflow_provider_media.job_store.job_priority import change_priority

        change_priority(self.queues.account(), job_id, "normal")


CHANGES = {
    "new_job": lambda jobs: jobs.queues.submit(),
    "deleted_job": lambda jobs: jobs.delete(jobs.waiting),
    "older_page_gone": lambda jobs: jobs.delete(jobs.first),
    "priority": lambda jobs: jobs.raise_priority(jobs.low),
    "run_state": lambda jobs: jobs.change(jobs.waiting, run={"_state": "failed"}),
    "retry": lambda jobs: jobs.change(jobs.failed, run={"clear_number": 1}),
    "conf": lambda jobs: jobs.change(jobs.waiting, run={"conf": {"source": "s3://in/other.mp4"}}),
    "hold": lambda jobs: jobs.change(jobs.waiting, run={"run_after": datetime.now(UTC) + timedelta(days=5 * 365)}),
    "task_state": lambda jobs: jobs.change(jobs.waiting, task={"state": "deferred"}),
    "promised_slot": lambda jobs: jobs.change(jobs.waiting, task={"priority_weight": AT_ONCE}),
    "task_start": lambda jobs: jobs.change(jobs.running, task={"start_date": LATER}),
    "task_end": lambda jobs: jobs.change(jobs.failed, task={"end_date": LATER}),
    "state_at_end": lambda jobs: jobs.edit(jobs.failed, "job", "state", "cancelled"),
    "outcome": lambda jobs: jobs.edit(jobs.failed, "job", "outcome", {"state": "failed", "errors": [{"code": "new"}]}),
    "progress": lambda jobs: push(
        jobs.queues, f"normal__{jobs.running}", "probe", "progress", {"percent": 60, "speed": 2.0, "eta": 1.0}
    ),
    "progress_edited": lambda jobs: jobs.edit(jobs.running, "probe", "progress", {"percent": 70}),
    "stage": lambda jobs: jobs.work(jobs.running, "probe", state="success"),
    "result": lambda jobs: jobs.edit(jobs.published, "publish", "return_value", {"manifest": "s3://out/n.json"}),
    "place": lambda jobs: jobs.change(jobs.low, task={"priority_weight": AT_ONCE - 1}),
    "workflow_paused": lambda jobs: jobs.queues.pause(),
    "queue_paused": lambda jobs: jobs.queues.pause("media_ingest_normal"),
    "pool_emptied": lambda jobs: jobs.set_slots(0),
}


@pytest.fixture
def jobs(queues, secret):
    return Jobs(queues)


@pytest.mark.parametrize("change", CHANGES)
def test_version_changes_with_each_input_of_page(jobs, change):
    before = jobs.found()
    CHANGES[change](jobs)
    after = jobs.found()
    assert before.page() != after.page()
    assert before.version != after.version


@pytest.mark.parametrize("change", ["run_state", "task_state", "promised_slot", "priority", "state_at_end"])
def test_version_changes_with_state_where_details_are_absent(jobs, change):
    before = jobs.found(details=False)
    CHANGES[change](jobs)
    after = jobs.found(details=False)
    assert before.page() != after.page()
    assert before.version != after.version


def test_version_changes_with_end_of_run_alone(jobs):
    jobs.change(jobs.failed, task={"end_date": None})
    before = jobs.found()
    jobs.change(jobs.failed, run={"end_date": LATER})
    after = jobs.found()
    assert before.page() != after.page()
    assert before.version != after.version


def test_version_changes_with_submission_time_of_run(jobs):
    jobs.without_submission_time(jobs.failed)
    before = jobs.found()
    jobs.change(jobs.failed, run={"run_after": LATER})
    after = jobs.found()
    assert before.page() != after.page()
    assert before.version != after.version


def test_version_changes_when_another_page_changes_the_place(jobs):
    before = jobs.found(limit=1)
    jobs.change(jobs.waiting, task={"state": "deferred"})
    after = jobs.found(limit=1)
    assert (before.page().jobs[0].position, after.page().jobs[0].position) == (2, 1)
    assert before.version != after.version


def test_version_changes_with_signing_key(jobs, monkeypatch):
    before = jobs.found()
    version, page = before.version, before.page()
    monkeypatch.setenv("AIRFLOW__MEDIA__SUBMISSION_KEYS", "another-key-" + "0" * 32)
    after = jobs.found()
    assert page != after.page()
    assert version != after.version


def test_version_changes_with_release(jobs, monkeypatch):
    from airflow_provider_media.job_store import page_rows

    before = jobs.found().version
    monkeypatch.setattr(page_rows, "__version__", "next")
    assert jobs.found().version != before


@pytest.mark.parametrize("padding", [0, 100_000])
def test_version_changes_with_pause_of_workflow_that_conf_names(jobs, padding):
    named = {"workflow": {"workflow": {"name": "clip"}}, "padding": padding * "x"}
    jobs.change(jobs.running, run={"conf": named})
    wanted = {"states": frozenset({JobState.RUNNING})}
    before = jobs.found(**wanted)
    jobs.queues.pause()
    after = jobs.found(**wanted)
    assert before.page() != after.page()
    assert before.version != after.version


@pytest.mark.parametrize("change", ["workflow_paused", "queue_paused", "pool_emptied"])
def test_version_of_ended_jobs_stays_when_queues_stop(jobs, change):
    wanted = {"states": frozenset({JobState.SUCCEEDED, JobState.FAILED})}
    before = jobs.found(**wanted)
    CHANGES[change](jobs)
    after = jobs.found(**wanted)
    assert before.page() == after.page()
    assert before.version == after.version


@pytest.mark.parametrize("wanted", [{}, {"details": False}, {"text": "mp4"}])
def test_version_of_unchanged_page_stays(jobs, wanted):
    before = jobs.found(**wanted)
    jobs.queues.submit(account="acme")
    assert jobs.found(**wanted).version == before.version
    assert jobs.found(**wanted).page() == before.page()


def test_page_is_made_of_its_rows_alone(jobs):
    found = jobs.found()
    with counted_statements() as statements:
        assert len(found.page().jobs) == 6
    assert statements == []
