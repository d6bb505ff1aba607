"""The runs of a job, cleared by somebody, in the transactions in which they begin and in which a button changes
them.
"""

from contextlib import contextmanager

import pytest

from airflow_provider_media import listeners
from airflow_provider_media.core.submission.manual_actions import Button
from airflow_provider_media.hooks.signing import sign
from airflow_provider_media.job_store.errors import ManualActionRefused


@pytest.fixture
def accounts_of_file(monkeypatch, queues):
    """The accounts of the tests are those of the file."""
    from airflow_provider_media.job_store import job_runs

    monkeypatch.setattr(job_runs, "configured_queues", lambda: queues.ACCOUNTS)


@pytest.fixture
def ended(queues, accounts_of_file):
    """Ends a job as it is told to, and answers with its id and the id of its runs."""

    def end(state):
        receipt = queues.submit()
        queues.admit()
        run_id = queues.work(receipt.id)
        with queues.session() as session:
            work = find(session, "media_clip", run_id)
            work.conf = sign({"account": "default", "source": "s3://in/1.mp4"}, dag_id="media_clip", run_id=run_id)
            work.state = "success" if state == "succeeded" else "failed"
            for task in tasks(session, "media_clip", run_id):
                task.state = work.state
        queues.end(receipt.id, state)
        return receipt.id, run_id

    return end


def find(session, dag_id, run_id):
    from airflow_provider_media.job_store.dag_runs import find_run_of

    return find_run_of(dag_id, run_id, session)


def tasks(session, dag_id, run_id):
    from airflow_provider_media.job_store.dag_runs import tasks_of

    return tasks_of(find(session, dag_id, run_id), session)


def clear(queues, dag_id, run_id):
    from airflow_provider_media.job_store import dag_runs

    with queues.session() as session:
        dag_runs.clear(tasks(session, dag_id, run_id), session)


def begin(queues, dag_id, run_id):
    """What Airflow's scheduler does when a queued run begins."""
    with queues.session() as session:
        run = find(session, dag_id, run_id)
        run.state = "running"
        listeners.on_dag_run_running(run, "started")


def states(queues, job_id, run_id):
    """States of the job, of its workflow's run and of that run's tasks."""
    from airflow_provider_media.job_store.job_queries import find_job

    with queues.session() as session:
        of_tasks = {str(task.state) for task in tasks(session, "media_clip", run_id)}
        work = str(find(session, "media_clip", run_id).state)
    return find_job(queues.account(), job_id).state, work, of_tasks


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_begin_of_cleared_workflow_run_puts_job_back_into_queue(queues, ended, state):
    job_id, run_id = ended(state)
    clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    assert states(queues, job_id, run_id) == ("running", "failed", {"failed"})  # it was promised the free slot
    assert queues.admit() == [job_id]


def test_begin_of_cleared_workflow_run_full_queue_leaves_job_failed(queues, ended):
    job_id, run_id = ended("failed")
    for _ in range(5):
        queues.submit()
    clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    assert states(queues, job_id, run_id) == ("failed", "failed", {"failed"})


def test_begin_of_cleared_workflow_run_of_succeeded_job_keeps_success(queues, ended):
    job_id, run_id = ended("succeeded")
    clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    assert states(queues, job_id, run_id) == ("succeeded", "success", {"success"})


def test_begin_of_workflow_run_with_a_held_slot_goes_on(queues, ended):
    job_id, run_id = ended("failed")
    from airflow_provider_media.job_store.job_commands import retry_job

    retry_job(queues.account(), job_id)
    queues.admit()
    clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    assert states(queues, job_id, run_id) == ("running", "running", {"None"})


def test_begin_of_workflow_run_without_queue_run_does_nothing(queues, ended):
    _, run_id = ended("failed")
    with queues.session() as session:
        session.delete(find(session, "media_ingest_normal", run_id))
    clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    with queues.session() as session:
        assert find(session, "media_clip", run_id).state == "failed"


def test_begin_of_cleared_queue_run_of_succeeded_job_keeps_success(queues, ended):
    job_id, run_id = ended("succeeded")
    clear(queues, "media_ingest_normal", run_id)
    begin(queues, "media_ingest_normal", run_id)
    assert states(queues, job_id, run_id) == ("succeeded", "success", {"success"})


def test_begin_of_cleared_queue_run_of_failed_job_forgets_end(queues, ended):
    from airflow_provider_media.airflow_contract.xcom import JOB_STATE
    from airflow_provider_media.job_store.job_views import value

    job_id, run_id = ended("failed")
    clear(queues, "media_ingest_normal", run_id)
    begin(queues, "media_ingest_normal", run_id)
    assert states(queues, job_id, run_id)[0] == "waiting"
    with queues.session() as session:
        assert value("media_ingest_normal", run_id, "job", JOB_STATE, session) is None


@contextmanager
def judged():
    """Everything is judged, as in a request to Airflow's own API."""
    from airflow_provider_media.job_store.action_guard import JUDGED, watch_sessions

    watch_sessions()
    token = JUDGED.set(frozenset(Button))
    try:
        yield
    finally:
        JUDGED.reset(token)


def test_refuse_actions_rolls_back_what_would_split_a_job(queues, ended):
    job_id, run_id = ended("succeeded")
    with judged(), pytest.raises(ManualActionRefused, match="submit it again"):
        clear(queues, "media_clip", run_id)
    with (
        judged(),
        pytest.raises(ManualActionRefused, match="Delete the job's run in its queue first"),
        queues.session() as session,
    ):
        session.delete(find(session, "media_clip", run_id))
    with judged(), pytest.raises(ManualActionRefused), queues.session() as session:
        find(session, "media_ingest_normal", run_id).set_state("failed")
    assert states(queues, job_id, run_id) == ("succeeded", "success", {"success"})
    with judged(), queues.session() as session:
        session.delete(find(session, "media_ingest_normal", run_id))
    with queues.session() as session:
        assert find(session, "media_ingest_normal", run_id) is None


def test_refuse_actions_lets_run_of_failed_job_be_cleared(queues, ended):
    job_id, run_id = ended("failed")
    with judged():
        clear(queues, "media_clip", run_id)
    begin(queues, "media_clip", run_id)
    assert states(queues, job_id, run_id)[0] == "running"


def test_refuse_actions_ends_a_command_that_would_catch_an_error(queues, ended):
    from airflow_provider_media.job_store.action_guard import IN_COMMAND

    job_id, run_id = ended("succeeded")
    token = IN_COMMAND.set(True)
    with judged(), pytest.raises(SystemExit, match="has succeeded"):
        clear(queues, "media_ingest_normal", run_id)
    IN_COMMAND.reset(token)
    assert states(queues, job_id, run_id)[0] == "succeeded"
