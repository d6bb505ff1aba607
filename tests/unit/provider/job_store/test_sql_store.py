import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.errors import IdempotencyConflict, QueueFull, QueueMissing
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.job_store.errors import SourceBusy


def jobs(queues, account="default"):
    from airflow_provider_media.core.submission.views import JobFilter
    from airflow_provider_media.job_store.job_queries import list_jobs

    return list_jobs(queues.account(account), JobFilter(limit=200)).jobs


def view(queues, account="default"):
    from airflow_provider_media.job_store.job_queries import describe_queues

    return describe_queues(queues.account(account))


@pytest.mark.parametrize("priority", ["normal", "low"])
def test_job_starts_at_once_with_free_slot_and_nothing_waiting(queues, priority):
    receipt = queues.submit(priority=priority)
    assert (receipt.state, receipt.created) == (JobState.RUNNING, True)


def test_run_note_of_job_names_its_file(queues):
    from airflow.models import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    queues.submit(7, priority="low")
    with create_session() as session:
        (note,) = (run.note for run in session.scalars(select(DagRun)))
    assert note.endswith("7.mp4: clip, low priority")


def test_a_job_waits_where_no_slot_is_free(queues):
    assert [queues.submit().state for _ in range(4)] == ["running", "running", "waiting", "waiting"]


def test_a_promised_slot_is_given_before_any_other(queues):
    low = queues.submit(priority="low")
    normal = [queues.submit() for _ in range(2)]
    assert normal[1].state == JobState.WAITING
    assert set(queues.admit(2)) == {low.id, normal[0].id}


def test_new_job_waits_behind_waiting_jobs_though_slot_free(queues):
    first = [queues.submit() for _ in range(3)]
    queues.admit(2)
    queues.end(first[0].id)
    assert queues.submit().state == JobState.WAITING


def test_free_slot_goes_to_oldest_normal_job_then_oldest_low(queues):
    running = [queues.submit() for _ in range(2)]
    queues.admit(2)
    waiting = [queues.submit(priority=priority) for priority in ("low", "normal", "low", "normal")]
    for one in running:
        queues.end(one.id)
    assert queues.admit(4) == [waiting[index].id for index in (1, 3, 0, 2)]


def test_ageing_low_job_waiting_long_enough_precedes_later_normal_job(queues):
    for minutes in (0, 1):
        queues.submit(account="aged", minutes=minutes)
    queues.admit(2, "aged")
    low = queues.submit(account="aged", minutes=2, priority="low")
    early, late = (queues.submit(account="aged", minutes=minutes) for minutes in (11, 13))
    assert queues.admit(3, "aged") == [early.id, low.id, late.id]


def test_each_queue_has_its_own_quota(queues):
    for _ in range(2 + 3):
        queues.submit()
    with pytest.raises(QueueFull, match="3 normal-priority jobs of the account"):
        queues.submit()
    assert [queues.submit(priority="low").state for _ in range(2)] == ["waiting", "waiting"]
    with pytest.raises(QueueFull, match="2 low-priority jobs of the account"):
        queues.submit(priority="low")
    assert len(jobs(queues)) == 7


def test_a_refused_job_leaves_nothing(queues):
    for _ in range(5):
        queues.submit()
    before = [job.id for job in jobs(queues)]
    with pytest.raises(QueueFull):
        queues.submit(idempotency_key="refused")
    assert [job.id for job in jobs(queues)] == before


def test_accounts_do_not_disturb_each_other(queues):
    for _ in range(5):
        queues.submit()
    assert queues.submit(account="acme").state == JobState.RUNNING
    assert (view(queues).active, view(queues, "acme").active) == (2, 1)


def test_a_limit_of_one_priority_holds_beside_that_of_both(queues):
    assert [queues.submit(account="narrow", priority="low").state for _ in range(2)] == ["running", "waiting"]


def test_a_paused_queue_gives_no_slots_and_keeps_taking_jobs(queues):
    from airflow.models import DagModel

    with queues.session() as session:
        session.get(DagModel, "media_ingest_normal").is_paused = True
    assert queues.submit().state == JobState.WAITING
    assert view(queues).queues["normal"].paused


def test_slots_changed_on_the_pools_page_hold_at_once(queues):
    from airflow.models import Pool
    from sqlalchemy import select

    queues.submit()
    with queues.session() as session:
        session.scalar(select(Pool).where(Pool.pool == "media_jobs")).slots = 1
    assert queues.submit().state == JobState.WAITING
    assert view(queues).slots == 1


def test_the_same_key_gives_the_same_job(queues):
    first, second = (queues.submit(1, idempotency_key="k") for _ in range(2))
    assert (second.id, second.submitted_at, second.created) == (first.id, first.submitted_at, False)
    assert len(jobs(queues)) == 1


def test_the_same_key_tells_where_the_job_stands_by_now(queues):
    def told():
        return queues.submit(1, idempotency_key="k").state

    job = queues.submit(1, idempotency_key="k")
    assert told() == JobState.RUNNING
    queues.admit()
    queues.end(job.id, "timed_out")
    assert told() == JobState.TIMED_OUT
    for number in (2, 3, 4):
        queues.submit(number, idempotency_key=f"k{number}")
    assert queues.submit(4, idempotency_key="k4").state == JobState.WAITING


def test_ten_at_once_with_one_key_make_one_job(queues):
    together = threading.Barrier(10)

    def submit(_):
        together.wait(30)
        return queues.submit(1, idempotency_key="k")

    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(submit, range(10)))
    assert len({receipt.id for receipt in receipts}) == 1
    assert sum(receipt.created for receipt in receipts) == 1
    assert len(jobs(queues)) == 1


def test_the_key_of_another_request_is_refused_whatever_the_priority(queues):
    queues.submit(1, idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        queues.submit(2, idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        queues.submit(1, idempotency_key="k", priority="low")
    assert len(jobs(queues)) == 1


def test_a_key_belongs_to_its_account(queues):
    first, second = (queues.submit(1, idempotency_key="k", account=account) for account in ("default", "acme"))
    assert first.id != second.id
    assert second.created


def test_many_clients_never_overfill_a_queue(queues):
    def submit(number):
        try:
            return str(queues.submit(priority=("normal", "low")[number % 2]).state)
        except QueueFull:
            return "refused"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(submit, range(24)))
    counts = {answer: answers.count(answer) for answer in set(answers)}
    assert counts == {"running": 2, "waiting": 5, "refused": 17}
    now = view(queues)
    assert {name: queue.waiting for name, queue in now.queues.items()} == {"normal": 3, "low": 2}


def test_video_is_not_processed_again_before_its_job_ended(queues):
    first = queues.submit(1, alone=True)
    with pytest.raises(SourceBusy, match=first.id):
        queues.submit(1, alone=True)
    assert queues.submit(1).created
    queues.admit(2)
    queues.end(first.id)
    assert queues.submit(1, alone=True).created


def test_video_submitted_by_dag_is_not_processed_again(queues):
    """A task makes the run of its job over an interface of Airflow's that fills no column with what the job is
    about.
    """
    from airflow.models import DagRun
    from sqlalchemy import update

    first = queues.submit(1, alone=True)
    with queues.session() as session:
        session.execute(update(DagRun).values(partition_key=None))
    with pytest.raises(SourceBusy) as refused:
        queues.submit(1, alone=True)
    assert refused.value.detail["job_id"] == first.id
    queues.submit(2, alone=True)
    queues.submit(1)


def test_a_video_with_a_name_is_one_whatever_its_source(queues):
    queues.submit(1, alone=True, video="film")
    with pytest.raises(SourceBusy, match="'film'"):
        queues.submit(2, alone=True, video="film")


def test_what_was_submitted_is_what_the_run_holds(queues):
    from airflow_provider_media.core.submission.submit import Submission
    from airflow_provider_media.job_store.job_queries import find_run

    told = (Target(kind="url", address="https://example.com/done"),)
    receipt = queues.submit(1, notify=told, source_version="v1", video="film")
    with queues.session() as session:
        run, _ = find_run(queues.account(), receipt.id, session)
        job = Submission.from_json(run.conf)
    assert (job.source, job.source_version, job.video, job.notify) == ("s3://in/1.mp4", "v1", "film", told)
    assert job.workflow.workflow.name == "clip"
    assert run.run_id == f"normal__{receipt.id}"


def test_account_with_queues_unknown_to_airflow_raises_queue_missing(queues):
    from airflow_provider_media.job_store.job_queries import describe_queues

    with pytest.raises(QueueMissing, match="media_ingest_normal__new"):
        describe_queues(Account(name="new"))


def test_pools_are_made_once_and_then_left_as_they_are(queues):
    from airflow.models import Pool
    from sqlalchemy import select

    from airflow_provider_media.job_store.pools import make_pools

    accounts = [queues.account(), queues.account("acme")]
    with queues.session() as session:
        assert make_pools(accounts, session) == {
            "media_jobs": "made with 2 slots",
            "media_jobs_acme": "made with 2 slots",
        }
        session.scalar(select(Pool).where(Pool.pool == "media_jobs")).slots = 7
    with queues.session() as session:
        assert make_pools(accounts, session)["media_jobs"] == "keeps 7 slots; queues.yaml says 2"
        assert make_pools(accounts, session, reset=True)["media_jobs"] == "now has 2 slots instead of 7"
        assert session.scalar(select(Pool).where(Pool.pool == "media_jobs")).include_deferred


def together(queues, wishes):
    """What becomes of requests that are decided in one transaction."""
    from airflow_provider_media.core.submission.request import Request
    from airflow_provider_media.core.submission.submit import submit
    from airflow_provider_media.job_store.admission_batch import AdmissionRequest
    from airflow_provider_media.job_store.sql_store import _commit

    class Collected:
        def record(self, submission, account):
            collected.append(
                AdmissionRequest(
                    submission=submission, conf=submission.to_json(), account=account, door="cli", user=None
                )
            )
            return StoredJob(
                request=submission.request, priority="normal", submitted_at=submission.submitted_at, created=True
            )

    collected: list[AdmissionRequest] = []
    for wish in wishes:
        request = Request(**{"source": "s3://in/one.mp4", "workflow": "clip", **wish})
        submit(request, account=queues.account(), store=Collected(), workflows=lambda _: queues.CLIP)
    return _commit(collected)


def test_admission_batch_of_concurrent_submissions_decides_as_if_sequential(queues):
    wishes = [{"priority": priority} for priority in ["low", "normal"] * 5]
    answers = together(queues, wishes)
    admitted = [isinstance(answer, StoredJob) for answer in answers]
    assert admitted == [True] * 6 + [False, True, False, False]
    assert {type(answer) for answer, taken in zip(answers, admitted, strict=True) if not taken} == {QueueFull}
    assert [answer.state for answer, taken in zip(answers, admitted, strict=True) if taken] == ["running"] * 2 + [
        "waiting"
    ] * 5
    now = view(queues)
    assert (now.active, {name: queue.waiting for name, queue in now.queues.items()}) == (2, {"normal": 3, "low": 2})
    assert {(job.state, job.priority) for job in jobs(queues)} == {
        ("running", "low"), ("running", "normal"), ("waiting", "low"), ("waiting", "normal")
    }  # fmt: skip


def test_admission_batch_same_key_or_video_first_submission_creates_job(queues):
    keyed = together(queues, [{"idempotency_key": "k"}] * 3)
    assert [answer.created for answer in keyed] == [True, False, False]
    video = together(queues, [{"alone": True, "video": "film"}] * 2)
    assert video[0].created
    assert isinstance(video[1], SourceBusy)
    assert len(jobs(queues)) == 2


def test_one_that_the_database_does_not_take_fails_alone(queues):
    answers = together(queues, [{"video": "a"}, {"video": "b", "job_id": "../.."}, {"video": "c"}])
    assert [isinstance(answer, StoredJob) for answer in answers] == [True, False, True]
    assert {job.video for job in jobs(queues)} == {"a", "c"}


def test_all_are_told_when_the_database_is_away(queues, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from airflow_provider_media.job_store import sql_store

    def gone(*_):
        raise OperationalError("select 1", {}, OSError("gone"))

    monkeypatch.setattr(sql_store, "admit_batch", gone)
    monkeypatch.setattr(sql_store, "RETRIES", 1)
    assert [type(answer) for answer in together(queues, [{}, {"video": "b"}])] == [OperationalError] * 2
