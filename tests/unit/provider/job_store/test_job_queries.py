import threading
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.views import JobFilter
from airflow_provider_media.job_store.errors import JobEnded, JobNotEnded, JobStarting, JobUnknown, SourceBusy


def find(queues, job_id, account="default"):
    from airflow_provider_media.job_store.job_queries import find_job

    return find_job(queues.account(account), job_id)


def page(queues, **wanted):
    from airflow_provider_media.job_store.job_queries import list_jobs

    return list_jobs(queues.account(), JobFilter(**wanted))


def cancel(queues, job_id):
    from airflow_provider_media.job_store.job_commands import cancel_job

    return cancel_job(queues.account(), job_id)


def retry(queues, job_id):
    from airflow_provider_media.job_store.job_commands import retry_job

    return retry_job(queues.account(), job_id)


def task_states(dag_id, run_id):
    from airflow.models import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = select(TaskInstance.task_id, TaskInstance.state).where(
        TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id
    )
    with create_session(scoped=False) as session:
        return dict(session.execute(query).all())


def push_xcom(queues, run_id, task_id, key, value):
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import push_xcom

    with queues.session() as session:
        task = session.scalar(
            select(TaskInstance).where(TaskInstance.run_id == run_id, TaskInstance.task_id == task_id)
        )
        push_xcom(task, key, value=value, session=session)


def test_a_job_is_there_the_moment_it_is_acknowledged(queues):
    receipt = queues.submit(1, video="film")
    job = find(queues, receipt.id)
    assert (job.id, job.workflow, job.source, job.output, job.video) == (
        receipt.id,
        "clip",
        "s3://in/1.mp4",
        "s3://out/",
        "film",
    )
    assert job.submitted_at == receipt.submitted_at
    assert job.state == receipt.state == JobState.RUNNING


def test_waiting_jobs_are_told_their_place(queues):
    for _ in range(2):
        queues.submit()
    queues.admit(2)
    ids = [queues.submit(priority=priority).id for priority in ("low", "normal", "normal", "low")]
    assert [find(queues, job_id).position for job_id in ids] == [3, 1, 2, 4]


def test_the_job_of_another_account_is_unknown(queues):
    receipt = queues.submit(1, account="acme")
    with pytest.raises(JobUnknown):
        find(queues, receipt.id)
    assert find(queues, receipt.id, "acme").id == receipt.id


def test_credentials_in_a_source_are_not_shown(queues):
    receipt = queues.submit(1, source="https://user:secret@host/film.mp4?X-Amz-Signature=abc", output="s3://out/")
    assert find(queues, receipt.id).source == "https://host/film.mp4"


def test_a_job_that_holds_a_slot_tells_its_progress(queues):
    receipt = queues.submit()
    queues.admit()
    run_id = queues.work(receipt.id)
    assert find(queues, receipt.id).progress.percent == 0
    push_xcom(queues, run_id, "probe", "progress", {"percent": 50, "speed": 2.0, "eta": 1.0})
    assert find(queues, receipt.id).progress.percent == 2.5
    assert find(queues, receipt.id).started_at is not None


def test_a_job_that_succeeded_tells_what_it_published(queues):
    receipt = queues.submit()
    queues.admit()
    run_id = queues.work(receipt.id, "success")
    files = [{"output": "poster", "uri": "s3://out/poster.jpg"}]
    push_xcom(
        queues, run_id, "publish", "return_value", {"manifest": "s3://out/m.json", "files": files, "warnings": ["slow"]}
    )
    queues.end(receipt.id)
    job = find(queues, receipt.id)
    assert (job.state, job.manifest, job.outputs, job.warnings) == (
        JobState.SUCCEEDED,
        "s3://out/m.json",
        tuple(files),
        ("slow",),
    )
    assert job.ended_at >= job.started_at


def test_a_job_that_failed_tells_why(queues):
    receipt = queues.submit()
    queues.admit()
    errors = [{"task": "probe", "code": "source_not_media", "message": "text"}]
    queues.end(receipt.id, "failed", errors)
    job = find(queues, receipt.id)
    assert (job.state, job.errors) == (JobState.FAILED, tuple(errors))


def test_a_job_whose_slot_task_was_lost_has_failed(queues):
    from airflow_provider_media.job_store.job_queries import find_run

    receipt = queues.submit()
    with queues.session() as session:
        _, task = find_run(queues.account(), receipt.id, session)
        task.state = "failed"
    assert [error["code"] for error in find(queues, receipt.id).errors] == ["job_lost"]


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled", "timed_out"])
def test_lists_find_jobs_by_their_end(queues, state):
    ids = {}
    for each in ("succeeded", "failed", "cancelled", "timed_out"):
        ids[each] = queues.submit().id
        queues.admit()
        queues.end(ids[each], each)
    queues.submit()
    found = page(queues, states=frozenset({JobState(state)})).jobs
    assert [(job.id, job.state) for job in found] == [(ids[state], state)]


def test_lists_tell_running_from_waiting_jobs(queues):
    promised, held, waiting = queues.submit().id, queues.submit().id, queues.submit().id
    assert queues.admit(1) == [promised]
    assert {job.id for job in page(queues, states=frozenset({JobState.RUNNING})).jobs} == {promised, held}
    assert [job.id for job in page(queues, states=frozenset({JobState.WAITING})).jobs] == [waiting]


def test_lists_come_in_pages_with_the_latest_first(queues):
    ids = [queues.submit().id for _ in range(5)]
    first = page(queues, limit=2)
    second = page(queues, limit=2, cursor=first.next)
    third = page(queues, limit=2, cursor=second.next)
    assert [job.id for one in (first, second, third) for job in one.jobs] == ids[::-1]
    assert third.next is None


def test_a_cursor_of_somebody_else_is_refused(queues):
    with pytest.raises(RequestInvalid, match="cursor"):
        page(queues, cursor="1 or 1")


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"priority": "low"}, 1),
        ({"workflow": "clip"}, 2),
        ({"workflow": "other"}, 0),
        ({"video": "film"}, 1),
        ({"submitted_after": datetime.now(UTC) + timedelta(days=1)}, 0),
        ({"submitted_before": datetime.now(UTC) + timedelta(days=1)}, 2),
    ],
)
def test_lists_are_filtered(queues, wanted, number):
    queues.submit(video="film")
    queues.submit(priority="low")
    assert len(page(queues, **wanted).jobs) == number


def test_run_triggered_by_hand_is_no_job(queues):
    """The button in Airflow's UI makes one without any job in it."""
    from airflow.models import DagRun
    from sqlalchemy import update

    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag
    from airflow_provider_media.job_store.job_queries import describe_queues

    with queues.session() as session:
        dag = latest_dag("media_ingest_normal", session)
        create_run(dag, "manual__2026", conf={}, logical_date=None, door="ui", user=None, session=session)
    job = queues.submit()
    assert (job.state, [each.id for each in page(queues).jobs]) == (JobState.RUNNING, [job.id])
    for state in ("success", "failed"):
        with queues.session() as session:
            session.execute(update(DagRun).where(DagRun.run_id == "manual__2026").values(state=state))
        assert [each.id for each in page(queues).jobs] == [job.id]
    assert describe_queues(queues.account()).active == 1


def test_jobs_promised_slot_are_not_among_waiting_jobs(queues):
    from airflow_provider_media.job_store.job_queries import describe_queues

    for _ in range(2):
        queues.submit()
    assert describe_queues(queues.account()).queues["normal"].oldest is None
    assert find(queues, queues.submit().id).position == 1


def test_looking_at_queues_changes_nothing(queues):
    from airflow.models import Pool
    from sqlalchemy import select

    from airflow_provider_media.job_store.job_queries import describe_queues

    assert describe_queues(queues.account()).slots == 2
    with queues.session() as session:
        assert session.scalar(select(Pool).where(Pool.pool == "media_jobs")) is None
    queues.submit()
    with queues.session() as session:
        assert session.scalar(select(Pool.slots).where(Pool.pool == "media_jobs")) == 2


def test_a_queue_tells_how_many_wait_and_how_long(queues):
    from airflow_provider_media.job_store.job_queries import describe_queues

    for _ in range(2):
        queues.submit()
    waiting = [queues.submit(), queues.submit(), queues.submit(priority="low")]
    view = describe_queues(queues.account())
    assert (view.active, view.slots) == (2, 2)
    assert {name: (queue.active, queue.waiting) for name, queue in view.queues.items()} == {
        "normal": (2, 2),
        "low": (0, 1),
    }
    oldest = view.queues["normal"].oldest
    assert abs(oldest - waiting[0].submitted_at) < timedelta(seconds=5)


def test_cancelling_a_waiting_job_ends_it_at_once(queues):
    from airflow_provider_media.job_store.job_queries import find_run

    for _ in range(2):
        queues.submit()
    waiting = queues.submit()
    ended = cancel(queues, waiting.id)
    assert (ended.state, ended.started_at) == (JobState.CANCELLED, None)
    assert ended.ended_at is not None
    with queues.session() as session:
        run, task = find_run(queues.account(), waiting.id, session)
        # The run goes on with the task that announces.
        assert (str(run.state), str(task.state)) == ("running", "skipped")


def test_cancelling_running_job_ends_work_and_leaves_slot_to_trigger(queues):
    from airflow_provider_media.job_store.job_queries import find_run
    from airflow_provider_media.job_store.job_views import value

    job = queues.submit()
    queues.admit()
    run_id = queues.work(job.id)
    assert cancel(queues, job.id).state == JobState.RUNNING
    states = task_states("media_clip", run_id)
    assert (states.pop("publish"), set(states.values())) == ("failed", {"skipped"})
    with queues.session() as session:
        _, task = find_run(queues.account(), job.id, session)
        assert str(task.state) == "deferred"
        assert value(task.dag_id, run_id, "job", "cancelled", session) is True


def task_state(queues, job_id):
    from airflow_provider_media.job_store.job_queries import find_run

    with queues.session() as session:
        return str(find_run(queues.account(), job_id, session)[1].state)


def move(queues, job_id, *, task=None, run=None):
    """Give the slot task and the run of a job other states, as Airflow does."""
    from airflow_provider_media.job_store.job_queries import find_run

    with queues.session() as session:
        found, slot = find_run(queues.account(), job_id, session)
        slot.state, found.state = task or slot.state, run or found.state


def test_job_with_queued_slot_task_is_cancelled_before_it_begins(queues):
    """The worker throws away what was left with the task before it began, also that the job was cancelled."""
    job = queues.submit()
    move(queues, job.id, task="queued", run="running")
    assert cancel(queues, job.id).state == JobState.CANCELLED
    assert task_state(queues, job.id) == "skipped"


def test_job_starting_its_work_is_cancelled_once_work_exists(queues):
    job = queues.submit()
    move(queues, job.id, task="running", run="running")
    timer = threading.Timer(0.5, queues.work, (job.id,))
    timer.start()
    assert cancel(queues, job.id).state == JobState.RUNNING
    timer.join()
    assert task_states("media_clip", f"normal__{job.id}")["publish"] == "failed"


@pytest.mark.parametrize("work", [None, "failed"])
def test_cancelling_job_that_keeps_starting_raises_job_starting(queues, monkeypatch, work):
    from airflow_provider_media.job_store import job_commands

    monkeypatch.setattr(job_commands, "SETTLE_SECONDS", 0.1)
    job = queues.submit()
    move(queues, job.id, task="running", run="running")
    if work:
        queues.work(job.id, work)
    with pytest.raises(JobStarting):
        cancel(queues, job.id)


def test_job_is_retried_only_after_its_end_was_announced(queues, monkeypatch):
    """Its next end would otherwise be announced in the place of this one."""
    from airflow_provider_media.job_store import job_commands

    job = queues.submit()
    queues.admit()
    queues.end(job.id, "failed")
    move(queues, job.id, run="running")
    timer = threading.Timer(0.5, move, (queues, job.id), {"run": "failed"})
    timer.start()
    assert retry(queues, job.id).state == JobState.RUNNING
    timer.join()

    monkeypatch.setattr(job_commands, "SETTLE_SECONDS", 0.1)
    cancel(queues, job.id)
    with pytest.raises(JobNotEnded, match="announced"):
        retry(queues, job.id)


def test_a_job_that_has_ended_cannot_be_cancelled(queues):
    job = queues.submit()
    queues.admit()
    queues.end(job.id)
    with pytest.raises(JobEnded):
        cancel(queues, job.id)


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_a_retry_puts_the_job_back_into_its_queue(queues, state):
    job = queues.submit()
    queues.admit()
    queues.end(job.id, state)
    again = retry(queues, job.id)
    assert (again.state, again.retries, again.errors) == (JobState.RUNNING, 1, ())
    assert queues.admit() == [job.id]


def test_a_retried_job_takes_its_old_place(queues):
    first = queues.submit()
    second = queues.submit()
    queues.admit(2)
    queues.end(first.id, "failed")
    third = queues.submit()
    fourth = queues.submit()
    queues.admit(1)
    assert retry(queues, first.id).position == 1
    assert third.state == JobState.RUNNING
    queues.end(second.id)
    assert queues.admit(1) == [first.id]
    assert find(queues, fourth.id).position == 1


def test_a_retry_keeps_to_the_quota(queues):
    failed = queues.submit()
    queues.admit()
    queues.end(failed.id, "failed")
    for _ in range(5):
        queues.submit()
    with pytest.raises(QueueFull):
        retry(queues, failed.id)
    assert find(queues, failed.id).state == JobState.FAILED


def test_only_jobs_that_have_ended_without_success_are_tried_again(queues):
    job = queues.submit()
    with pytest.raises(JobNotEnded):
        retry(queues, job.id)
    queues.admit()
    queues.end(job.id)
    with pytest.raises(JobEnded):
        retry(queues, job.id)


def test_retry_of_video_being_processed_again_is_refused(queues):
    first = queues.submit(1, alone=True)
    queues.admit()
    queues.end(first.id, "failed")
    queues.submit(1, alone=True)
    with pytest.raises(SourceBusy):
        retry(queues, first.id)


def test_condition_and_function_agree_on_state_of_every_job(queues):
    """Whatever the states of run and task are, a job is in just one list: that of the state it shows."""
    from airflow_provider_media.job_store.job_queries import find_run

    job = queues.submit()
    for run_state in ("queued", "running", "success", "failed"):
        for task_state in (
            None,
            "scheduled",
            "queued",
            "running",
            "deferred",
            "success",
            "skipped",
            "failed",
            "upstream_failed",
        ):
            with queues.session() as session:
                run, task = find_run(queues.account(), job.id, session)
                run.state, task.state, task.priority_weight = run_state, task_state, 1
            lists = [state for state in JobState if page(queues, states=frozenset({state})).jobs]
            assert lists == [find(queues, job.id).state], (run_state, task_state)


def test_a_job_can_be_shown_in_json(queues):
    from airflow_provider_media.core.serde import to_json

    shown = to_json(find(queues, queues.submit().id))
    assert shown["state"] == "running"
    assert shown["progress"] is not None
