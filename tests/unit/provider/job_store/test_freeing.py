"""The slot of a job that has succeeded is free in the transaction in which its run ends; on Airflow's own tables."""

import json

import pytest

from airflow_provider_media import listeners


@pytest.fixture
def working(queues, monkeypatch):
    """A job whose slot is held by a task that sleeps in the triggerer, and the id of its runs."""
    from airflow.models import Trigger

    from airflow_provider_media.job_store.job_queries import find_run

    monkeypatch.setattr(listeners, "REUSES_IDS", "none")
    receipt = queues.submit()
    queues.admit()
    with queues.session() as session:
        trigger = Trigger(classpath="airflow_provider_media.triggers.slot.JobSlotTrigger", kwargs={})
        session.add(trigger)
        session.flush()
        _, task = find_run(queues.account(), receipt.id, session)
        task.trigger_id = trigger.id
    return receipt.id, queues.work(receipt.id)


def succeed(queues, run_id, *, rollback=False, published=True):
    """What Airflow's scheduler does when a run has succeeded."""
    from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, push_xcom

    with queues.session() as session:
        run = find_run_of("media_clip", run_id, session)
        if published:
            push_xcom(
                find_task_of(run, "publish", session),
                "return_value",
                value={"manifest": "s3://out/manifest.json"},
                session=session,
            )
        run.set_state("success")
        listeners.on_dag_run_success(run, "")
        if rollback:
            session.rollback()


def slot(queues, job_id):
    """State, trigger and outcome of the task that holds a job's slot."""
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    from airflow_provider_media.job_store.job_queries import find_run

    with queues.session() as session:
        run, task = find_run(queues.account(), job_id, session)
        left = session.scalar(select(XComModel.value).where(XComModel.run_id == run.run_id, XComModel.key == "outcome"))
        told = json.loads(left) if isinstance(left, str) else left
        return task.state, task.trigger_id, (json.loads(told) if isinstance(told, str) else told or {}).get("state")


def test_free_slot_with_end_of_run_makes_job_succeeded(queues, working):
    job_id, run_id = working
    succeed(queues, run_id, rollback=True)
    assert slot(queues, job_id)[0] == "deferred"
    succeed(queues, run_id)
    assert slot(queues, job_id) == ("success", None, "succeeded")


def test_free_slot_on_sqlite_reusing_ids_left_to_trigger_alone(queues, working, monkeypatch):
    monkeypatch.setattr(listeners, "REUSES_IDS", "sqlite")
    job_id, run_id = working
    succeed(queues, run_id)
    assert slot(queues, job_id)[0] == "deferred"


def test_free_slot_of_run_without_publication_fails_job(queues, working):
    job_id, run_id = working
    succeed(queues, run_id, published=False)
    assert slot(queues, job_id) == ("skipped", None, "failed")


def test_free_slot_ignores_job_without_slot_and_manual_run(queues, working):
    waiting = queues.submit()
    succeed(queues, queues.work(waiting.id))
    assert slot(queues, waiting.id)[0] is None
    assert slot(queues, working[0])[0] == "deferred"


def test_free_slot_ignores_same_run_id_in_another_dag(queues, working):
    """Whoever may trigger any DAG can give its run that id."""
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

    job_id, run_id = working
    with queues.session() as session:
        other = latest_dag("media_ingest_low", session)
        run = create_run(other, run_id, conf={}, logical_date=None, door="ui", user=None, session=session)
        run.set_state("success")
        listeners.on_dag_run_success(run, "")
    assert slot(queues, job_id)[0] == "deferred"


def test_free_slot_error_leaves_slot_to_trigger_and_run_ended(queues, working, monkeypatch):
    from airflow.models import TaskInstance

    from airflow_provider_media.job_store.dag_runs import find_run_of

    def fail(*_, **__):
        raise RuntimeError("the database is busy")

    monkeypatch.setattr(TaskInstance, "set_state", fail)
    job_id, run_id = working
    with queues.session() as session:
        run = find_run_of("media_clip", run_id, session)
        run.set_state("success")
        run.notify_dagrun_state_changed("success")
    state, trigger, _ = slot(queues, job_id)
    assert (state, trigger is not None) == ("deferred", True)
    with queues.session() as session:
        assert find_run_of("media_clip", run_id, session).state == "success"
