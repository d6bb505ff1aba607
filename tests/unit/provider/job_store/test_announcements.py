"""Announcements of a job with their deliveries, from Airflow's database."""

from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.announcements.event import JobReport
from airflow_provider_media.core.announcements.outbox import announcement
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.job_store.errors import JobUnknown

AT = datetime(2026, 12, 2, 18, tzinfo=UTC)
TARGETS = (
    Target(kind="url", address="https://cms.example.com/hooks/media?token=hidden"),
    Target(kind="sqs", address="https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"),
)


def announced(queues, job_id, *, is_signed=True):
    """Make the announcing run of a job's success as its slot task does; one target's task has been made."""
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.hooks.signing import sign
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

    report = JobReport(
        job_id=job_id,
        account="default",
        workflow="clip",
        priority="normal",
        state=JobState.SUCCEEDED,
        source="s3://in/1.mp4",
    )
    one = announcement(report, TARGETS, time=AT)
    conf = sign(one.to_json(), dag_id="media_announce", run_id=one.run_id) if is_signed else one.to_json()
    with queues.session() as session:
        dag = latest_dag("media_announce", session)
        create_run(dag, one.run_id, conf={}, logical_date=None, door="operator", user=None, session=session).conf = conf
    with queues.session() as session:
        task = session.scalar(select(TaskInstance).filter_by(run_id=one.run_id, task_id="deliver"))
        task.map_index = 0
    return one.run_id


def change(queues, run_id, **fields):
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import push_xcom

    error = fields.pop("error", None)
    with queues.session() as session:
        task = session.scalar(select(TaskInstance).filter_by(run_id=run_id, task_id="deliver"))
        for name, value in fields.items():
            setattr(task, name, value)
        if error:
            push_xcom(task, "error", value=error, session=session)


def read(queues, job_id, account="default"):
    from airflow_provider_media.job_store.announcements import read_announcements

    return read_announcements(queues.account(account), job_id).announcements


def test_announcement_lists_each_target_without_its_secret(queues):
    job_id = queues.submit().id
    run_id = announced(queues, job_id)
    (found,) = read(queues, job_id)
    assert (found.event, found.time, found.run_id) == ("job.succeeded", AT, run_id)
    assert [(each.target, each.state) for each in found.deliveries] == [
        ("https://cms.example.com/hooks/media", "waiting"),
        ("sqs jobs", "waiting"),
    ]
    assert "hidden" not in repr(found)


def test_delivery_between_attempts_has_error_and_next_attempt(queues):
    job_id = queues.submit().id
    run_id = announced(queues, job_id)
    error = {"code": "delivery_failed", "message": "The target answered 503.", "detail": {"retry_after": 5}}
    change(queues, run_id, state="up_for_retry", try_number=2, end_date=AT, retry_delay_override=300.0, error=error)
    delivery = read(queues, job_id)[0].deliveries[0]
    assert (delivery.state, delivery.attempts, delivery.attempted_at) == ("retrying", 2, AT)
    assert delivery.next_attempt_at == datetime(2026, 12, 2, 18, 5, tzinfo=UTC)
    assert delivery.error == {"code": "delivery_failed", "message": "The target answered 503."}


@pytest.mark.parametrize(
    ("state", "shown"),
    [("success", "delivered"), ("failed", "failed"), ("upstream_failed", "failed"), ("deferred", "waiting")],
)
def test_state_of_delivery_follows_its_task(queues, state, shown):
    job_id = queues.submit().id
    change(queues, announced(queues, job_id), state=state)
    assert read(queues, job_id)[0].deliveries[0].state == shown


def test_announcing_run_made_by_hand_is_not_shown(queues):
    job_id = queues.submit().id
    announced(queues, job_id, is_signed=False)
    assert read(queues, job_id) == ()


def test_announcements_of_other_accounts_job_are_unknown(queues):
    job_id = queues.submit().id
    with pytest.raises(JobUnknown):
        read(queues, job_id, account="acme")
