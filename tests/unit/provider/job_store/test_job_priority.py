"""Waiting jobs that move between the queues of the two priorities."""

import threading
from datetime import timedelta

import pytest

from airflow_provider_media.core.submission.errors import ConfUntrusted, QueueFull
from airflow_provider_media.core.submission.views import JobFilter
from airflow_provider_media.job_store.errors import JobBegun, JobEnded, JobUnknown


def move(queues, job_id, priority, account="default"):
    from airflow_provider_media.job_store.job_priority import change_priority

    return change_priority(queues.account(account), job_id, priority)


def occupy(queues, account="default"):
    """Fill both slots, so that later jobs wait."""
    jobs = [queues.submit(account=account).id for _ in range(2)]
    assert queues.admit(2, account) == jobs
    return jobs


def waiting(queues, account="default"):
    from airflow_provider_media.job_store.job_queries import describe_queues

    return {name: queue.waiting for name, queue in describe_queues(queues.account(account)).queues.items()}


def listed(queues):
    from airflow_provider_media.job_store.job_queries import list_jobs

    return [job.id for job in list_jobs(queues.account(), JobFilter()).jobs]


def test_raised_job_keeps_submission_time_request_and_place_in_lists(queues):
    occupy(queues)
    asked = {"number": "film", "priority": "low", "video": "v", "idempotency_key": "k"}
    low, normal = queues.submit(**asked), queues.submit(minutes=1)
    before = listed(queues)
    raised = move(queues, low.id, "normal")
    assert (raised.id, raised.state, raised.priority, raised.video) == (low.id, "waiting", "normal", "v")
    assert raised.submitted_at == low.submitted_at
    assert listed(queues) == before
    assert waiting(queues) == {"normal": 2, "low": 0}
    assert (raised.position, queues.admit(2)) == (1, [low.id, normal.id])
    again = queues.submit(**asked)
    assert (again.id, again.created) == (low.id, False)


def test_lowered_job_waits_behind_all_normal_jobs(queues):
    occupy(queues)
    first, second = queues.submit(), queues.submit(minutes=1)
    assert move(queues, first.id, "low").position == 2
    assert queues.admit(2) == [second.id, first.id]


def test_moved_jobs_are_ordered_by_submission(queues):
    occupy(queues)
    old, young = queues.submit(priority="low"), queues.submit(priority="low", minutes=1)
    move(queues, young.id, "normal")
    move(queues, old.id, "normal")
    assert queues.admit(2) == [old.id, young.id]


def test_moved_job_is_trusted_when_it_starts(queues):
    from airflow_provider_media.core.submission.submit import Submission
    from airflow_provider_media.hooks.signing import is_signed
    from airflow_provider_media.job_store.job_queries import find_run

    occupy(queues)
    job = queues.submit(priority="low")
    move(queues, job.id, "normal")
    with queues.session() as session:
        run, _ = find_run(queues.account(), job.id, session)
        assert is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id)
        moved = Submission.from_json(run.conf)
        assert (moved.run_id, moved.priority) == (run.run_id, "normal")
        assert run.note.endswith("clip, normal priority")


def test_move_to_a_full_queue_is_refused_and_changes_nothing(queues):
    occupy(queues)
    full = [queues.submit(priority="low").id for _ in range(2)]
    job = queues.submit()
    with pytest.raises(QueueFull, match=r"2 low-priority jobs .* \(limit 2\)"):
        move(queues, job.id, "low")
    assert waiting(queues) == {"normal": 1, "low": 2}
    assert set(listed(queues)) >= {job.id, *full}


def test_moves_at_one_moment_never_overfill_a_queue(queues):
    occupy(queues)
    jobs = [queues.submit().id for _ in range(3)]
    outcomes = []

    def attempt(job_id):
        try:
            outcomes.append(move(queues, job_id, "low").priority)
        except QueueFull:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["low", "low", "refused"]
    assert waiting(queues) == {"normal": 1, "low": 2}


def test_running_and_ended_jobs_keep_their_priority(queues):
    running, ended = occupy(queues)
    queues.end(ended)
    with pytest.raises(JobBegun):
        move(queues, running, "low")
    with pytest.raises(JobEnded):
        move(queues, ended, "low")
    with pytest.raises(JobUnknown):
        move(queues, "0" * 32, "low")


def test_retried_job_whose_work_began_keeps_its_priority(queues):
    from airflow_provider_media.job_store.job_commands import retry_job

    first, _ = occupy(queues)
    queues.work(first, "failed")
    queues.end(first, "failed")
    queues.submit()
    assert retry_job(queues.account(), first).state == "waiting"
    with pytest.raises(JobBegun):
        move(queues, first, "low")


def test_job_that_already_has_the_priority_stays_untouched(queues):
    occupy(queues)
    job = queues.submit()
    assert move(queues, job.id, "normal").position == 1


def test_job_made_by_hand_is_not_signed_by_a_move(queues):
    from airflow_provider_media.job_store.job_queries import find_run

    occupy(queues)
    job = queues.submit()
    with queues.session() as session:
        run, _ = find_run(queues.account(), job.id, session)
        run.conf = {**run.conf, "output": "s3://elsewhere/"}
    with pytest.raises(ConfUntrusted):
        move(queues, job.id, "low")


def test_job_on_hold_stays_on_hold_when_it_moves(queues):
    queues.pause()
    job = queues.submit(account="patient")
    moved = move(queues, job.id, "low", "patient")
    assert (moved.priority, moved.hold.code) == ("low", "workflow_paused")
    assert queues.admit(1, "patient") == []


def test_moved_job_starts_where_the_other_queue_has_a_slot(queues):
    queues.pause("media_ingest_normal")
    job = queues.submit()
    assert (job.state, move(queues, job.id, "low").state) == ("waiting", "running")


def test_ageing_dates_a_raised_job_like_a_normal_one(queues):
    occupy(queues, "aged")
    low = queues.submit(account="aged", priority="low")
    normal = queues.submit(account="aged", minutes=5)
    move(queues, low.id, "normal", "aged")
    assert queues.admit(2, "aged") == [low.id, normal.id]


def test_history_counts_a_moved_job_in_its_new_queue(queues):
    from airflow_provider_media.job_store.queue_history import read_history

    occupy(queues)
    job = queues.submit(priority="low")
    move(queues, job.id, "normal")
    history = read_history(queues.account(), span=timedelta(hours=1), bucket=timedelta(minutes=15))
    counts = {name: sum(each.submitted for each in spans) for name, spans in history.queues.items()}
    assert counts == {"normal": 3, "low": 0}
