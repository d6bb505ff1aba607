"""History of queues from Airflow's database, and commands to queues."""

from datetime import timedelta

import pytest


def history(queues, account="default"):
    from airflow_provider_media.job_store.queue_history import read_history

    found = read_history(queues.account(account), span=timedelta(hours=2), bucket=timedelta(minutes=60))
    return {priority: buckets[-2:] for priority, buckets in found.queues.items()}


def total(buckets, name):
    # A test at the full hour sees two spans.
    return sum(getattr(bucket, name) for bucket in buckets)


def test_queue_history_counts_jobs_by_priority_and_end(queues):
    made = [queues.submit().id for _ in range(2)]
    queues.admit(2)
    queues.end(made[0])
    queues.end(made[1], "failed")
    stopped = queues.submit().id
    queues.admit()
    queues.end(stopped, "cancelled")
    queues.submit(priority="low")
    queues.submit(account="acme")
    found = history(queues)
    names = ("submitted", "started", "succeeded", "failed", "cancelled")
    assert [total(found["normal"], name) for name in names] == [3, 3, 1, 1, 1]
    assert [total(found["low"], name) for name in names] == [1, 0, 0, 0, 0]
    assert max(bucket.waited_longest or 0 for bucket in found["normal"]) < 60


def test_queue_history_asks_one_query(queues):
    from airflow import settings
    from sqlalchemy import event

    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    queues.submit()
    event.listen(settings.engine, "before_cursor_execute", count)
    try:
        history(queues)
    finally:
        event.remove(settings.engine, "before_cursor_execute", count)
    assert len(statements) == 1


@pytest.mark.parametrize("paused", [True, False])
def test_set_paused_changes_dag_of_one_queue(queues, paused):
    from airflow_provider_media.job_store.job_queries import describe_queues
    from airflow_provider_media.job_store.queue_commands import set_paused

    set_paused(queues.account(), ["normal", "low"], paused=not paused)
    set_paused(queues.account(), ["low"], paused=paused)
    shown = describe_queues(queues.account()).queues
    assert {priority: queue.paused for priority, queue in shown.items()} == {"normal": not paused, "low": paused}
