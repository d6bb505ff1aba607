"""Details and text filters of lists of jobs."""

from contextlib import contextmanager

import pytest

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.views import JobFilter


def page(queues, **wanted):
    from airflow_provider_media.job_store.job_queries import list_jobs

    return list_jobs(queues.account(), JobFilter(**wanted)).jobs


def find(queues, job_id):
    from airflow_provider_media.job_store.job_queries import find_job

    return find_job(queues.account(), job_id)


def push(queues, run_id, task_id, key, value):
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import push_xcom

    with queues.session() as session:
        ours = (TaskInstance.run_id == run_id, TaskInstance.task_id == task_id)
        push_xcom(session.scalar(select(TaskInstance).where(*ours)), key, value=value, session=session)


@contextmanager
def counted_statements():
    from airflow import settings
    from sqlalchemy import event

    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(settings.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(settings.engine, "before_cursor_execute", count)


def published(queues):
    """Submit a job that succeeds, and return its id."""
    job_id = queues.submit().id
    queues.admit()
    result = {"manifest": "s3://out/m.json", "thumbnail": "s3://out/poster.jpg", "duration": 12.5, "files": []}
    push(queues, queues.work(job_id, "success"), "publish", "return_value", result)
    queues.end(job_id)
    return job_id


def running(queues):
    """Submit a job that is half-way through its probe, and return its id."""
    job_id = queues.submit().id
    queues.admit()
    push(queues, queues.work(job_id), "probe", "progress", {"percent": 50, "speed": 2.0, "eta": 1.0})
    return job_id


def failed(queues):
    """Submit a job that fails with two errors, and return its id."""
    job_id = queues.submit().id
    queues.admit()
    queues.end(job_id, "failed", [{"task": "probe", "code": "first", "message": "a"}, {"code": "second"}])
    return job_id


def test_detailed_list_shows_what_single_jobs_show(queues):
    made = [published(queues), failed(queues), running(queues), running(queues)]
    made += [queues.submit(priority=priority).id for priority in ("low", "normal")]
    listed = {job.id: job for job in page(queues, details=True)}
    assert set(listed) == set(made)
    for job_id in made:
        single = find(queues, job_id)
        shown = listed[job_id]
        for name in ("state", "position", "progress", "thumbnail", "duration", "manifest", "file_name", "hold"):
            assert getattr(shown, name) == getattr(single, name), name
        assert shown.errors == single.errors[:1]
    states = [listed[job_id].state for job_id in made]
    assert states == [JobState.SUCCEEDED, JobState.FAILED, *[JobState.RUNNING] * 2, *[JobState.WAITING] * 2]
    succeeded, broken, moving, _, later, earlier = (listed[job_id] for job_id in made)
    assert (succeeded.thumbnail, succeeded.duration.media) == ("s3://out/poster.jpg", 12.5)
    assert [error["code"] for error in broken.errors] == ["first"]
    assert moving.progress.percent == 2.5
    assert (earlier.position, later.position) == (1, 2)


def test_list_without_details_has_file_name_alone(queues):
    published(queues)
    (job,) = page(queues)
    assert (job.file_name, job.thumbnail, job.duration, job.errors) == ("1.mp4", None, None, ())


def test_job_on_hold_has_no_position_in_detailed_list(queues):
    for _ in range(2):
        queues.submit(account="patient")
    queues.admit(2, "patient")
    queues.pause()
    held = queues.submit(account="patient").id
    from airflow_provider_media.job_store.job_queries import list_jobs

    first = list_jobs(queues.account("patient"), JobFilter(details=True)).jobs[0]
    assert (first.id, first.state, first.position) == (held, JobState.WAITING, None)


@pytest.mark.parametrize(("make", "most"), [(published, 2), (failed, 2), (running, 4)])
def test_detailed_list_asks_no_query_per_job(queues, make, most):
    counts = []
    for _ in range(3):
        make(queues)
        with counted_statements() as statements:
            page(queues, details=True)
        counts.append(len(statements))
    assert counts == [counts[0]] * 3
    assert counts[0] <= most


def test_detailed_list_of_waiting_jobs_asks_no_query_per_job(queues):
    # Two jobs fill the slots; otherwise the next ones would not wait.
    for _ in range(2):
        queues.submit()
    queues.admit(2)
    counts = []
    for number in range(3):
        queues.submit()
        with counted_statements() as statements:
            assert len(page(queues, details=True, states=frozenset({JobState.WAITING}))) == number + 1
        counts.append(len(statements))
    assert counts == [4] * 3


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("s3://in/Folder/My Film.mp4", "my fi", True),
        ("s3://in/Folder/My Film.mp4", "FILM.MP4", True),
        ("s3://in/Folder/My Film.mp4", "folder", False),
        ("s3://in/a.b/axb.mp4", "a.b", False),
        ("s3://in/50%_off[1] #2?.mp4", "%_off[1] #2?", True),
        ("s3://in/50 off.mp4", "50%", False),
        ("https://host/path/My%20Film.mp4", "my film", True),
        ("https://host/path/a.mp4?token=Secret", "secret", False),
        ("https://host/path/a.mp4?token=Secret/zz", "zz", False),
        ("https://host/path/zz.mp4?token=Secret/zz", "ZZ.mp", True),
        ("s3://in/Übung.mp4", "übung", True),
    ],
)
def test_text_filter_matches_part_of_file_name_without_case(queues, source, text, found):
    queues.submit(source=source, output="s3://out/")
    assert bool(page(queues, text=text)) is found


def test_text_filter_matches_job_id_and_video(queues):
    job_id = queues.submit(video="Lecture_17").id
    queues.submit(video="Lecturex17")
    assert [job.id for job in page(queues, text=job_id[5:20].upper())] == [job_id]
    assert [job.id for job in page(queues, text="lecture_1")] == [job_id]
    assert page(queues, text="normal") == ()
