"""History of queues from the times of jobs."""

from datetime import UTC, datetime, timedelta

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.queue_history import JobTimes, QueueBucket, queue_history

NINE = datetime(2026, 11, 26, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def at(minute):
    return NINE + timedelta(minutes=minute)


def job(submitted, started=None, ended=None, ended_as=JobState.SUCCEEDED, priority="normal"):
    return JobTimes(
        priority=priority,
        submitted_at=at(submitted),
        started_at=None if started is None else at(started),
        ended_at=None if ended is None else at(ended),
        ended_as=None if ended is None else ended_as,
    )


def history(*jobs, since=3, until=40):
    return queue_history("default", jobs, since=at(since), until=at(until), bucket=QUARTER).queues


def test_history_without_jobs_has_every_span_of_every_priority():
    found = history()
    assert list(found) == ["normal", "low"]
    assert [bucket.begin for bucket in found["low"]] == [at(0), at(15), at(30)]
    assert found["low"][0] == QueueBucket(begin=at(0))


def test_history_counts_each_event_in_its_own_span():
    first, second, third = history(job(14, 15, 31), job(1, 2, 16, JobState.FAILED), job(29.99, priority="low"))[
        "normal"
    ]
    assert (first.submitted, first.started, first.succeeded) == (2, 1, 0)
    assert (second.submitted, second.started, second.failed) == (0, 1, 1)
    assert (third.started, third.succeeded) == (0, 1)


def test_history_waits_are_those_of_started_jobs():
    found = history(job(0, 16), job(10, 17), job(15, 18), job(15, 44))["normal"][1]
    assert (found.waited_median, found.waited_longest) == (7 * 60, 16 * 60)


def test_history_does_not_count_what_lies_outside():
    found = history(job(-20, -10, 5), job(45, 46, 47))["normal"]
    assert sum(bucket.submitted + bucket.started for bucket in found) == 0
    assert [bucket.succeeded for bucket in found] == [1, 0, 0]
