"""Jobs of paused workflows: refused, or on hold without holding others up."""

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.submission.errors import QueueFull, WorkflowPaused
from airflow_provider_media.core.submission.views import JobFilter


@pytest.fixture
def reconcile(queues, monkeypatch):
    """Look once, as API servers do all the time."""
    from airflow_provider_media.hooks import catalogue
    from airflow_provider_media.job_store.reconciliation import Reconciler

    monkeypatch.setattr(catalogue, "queues", lambda: queues.ACCOUNTS)
    reconciler = Reconciler()
    return reconciler.look


def view(queues, account="patient"):
    from airflow_provider_media.job_store.job_queries import describe_queues

    return describe_queues(queues.account(account))


def notes(queues):
    """What Airflow's pages of runs show."""
    from airflow.models.dagrun import DagRunNote
    from sqlalchemy import select

    with queues.session() as session:
        return set(session.scalars(select(DagRunNote.content)))


def find(queues, receipt, account="patient"):
    from airflow_provider_media.job_store.job_queries import find_job

    return find_job(queues.account(account), receipt.id)


def test_submission_to_paused_workflow_is_refused_with_a_code(queues):
    known = queues.submit(1, idempotency_key="k")
    queues.pause()
    with pytest.raises(WorkflowPaused, match="The workflow 'clip' is paused"):
        queues.submit()
    assert queues.submit(1, idempotency_key="k").id == known.id


def test_submission_to_paused_workflow_waits_where_the_account_lets_it(queues):
    queues.pause()
    receipt = queues.submit(account="patient")
    assert (receipt.state, receipt.hold.code) == ("waiting", "workflow_paused")
    job = find(queues, receipt)
    assert (job.state, job.position, job.hold.code) == ("waiting", None, "workflow_paused")
    assert queues.admit(5, "patient") == []
    normal = view(queues).queues["normal"]
    assert (normal.waiting, normal.held) == (1, 1)
    assert abs(normal.oldest - receipt.submitted_at) < timedelta(minutes=1)


def test_submission_on_hold_is_told_again_under_its_key(queues):
    queues.pause()
    first, second = (queues.submit(1, account="patient", idempotency_key="k") for _ in range(2))
    assert (second.id, second.hold) == (first.id, first.hold)


def test_jobs_on_hold_count_as_waiting_others_start_at_once(queues, monkeypatch):
    queues.pause()
    for _ in range(3):
        queues.submit(account="patient")
    with pytest.raises(QueueFull):
        queues.submit(account="patient")
    queues.pause(paused=False)
    # Nobody has noticed yet, and those on hold keep their places.
    assert queues.submit(account="patient", priority="low").state == "running"


def test_waiting_jobs_of_paused_workflow_skipped_then_start_in_order(queues, reconcile):
    jobs = [queues.submit(account="patient") for _ in range(4)]
    low = queues.submit(account="patient", priority="low")
    queues.pause()
    reconcile()
    held = view(queues).queues
    assert (held["normal"].held, held["low"].held, view(queues).active) == (4, 1, 0)
    assert queues.admit(9, "patient") == []
    assert all(
        note.endswith("On hold: The workflow 'clip' is paused. The job goes on once its DAG media_clip is unpaused.")
        for note in notes(queues)
    )
    reconcile()
    queues.pause(paused=False)
    reconcile()
    assert {note.partition(": ")[2] for note in notes(queues)} == {"clip, normal priority", "clip, low priority"}
    assert [find(queues, job).position for job in (*jobs, low)] == [1, 2, 3, 4, 5]
    assert queues.admit(9, "patient") == [job.id for job in (*jobs, low)]


def test_runs_competing_for_slots_are_chosen_anew_after_hold_release(queues, reconcile):
    from airflow_provider_media.job_store.job_queries import find_run

    queues.pause()
    queues.submit(account="patient")
    queues.pause(paused=False)
    later = queues.submit(account="patient", minutes=1)
    with queues.session() as session:
        run, task = find_run(queues.account("patient"), later.id, session)
        run.state, task.state, task.priority_weight = "running", "scheduled", 1000
        run.last_scheduling_decision = datetime.now(UTC)
    reconcile()
    with queues.session() as session:
        run, task = find_run(queues.account("patient"), later.id, session)
        assert (run.state, task.state, run.last_scheduling_decision) == ("queued", None, None)


def test_cancelled_job_on_hold_ends_and_is_announced(queues):
    from airflow_provider_media.job_store.job_commands import cancel_job
    from airflow_provider_media.job_store.job_queries import find_run

    queues.pause()
    receipt = queues.submit(account="patient")
    assert cancel_job(queues.account("patient"), receipt.id).state == "cancelled"
    with queues.session() as session:
        assert find_run(queues.account("patient"), receipt.id, session)[0].run_after <= datetime.now(UTC)


@pytest.mark.parametrize(("account", "state"), [("default", None), ("patient", "waiting")])
def test_retry_of_job_of_paused_workflow_is_refused_or_waits(queues, account, state):
    from airflow_provider_media.job_store.job_commands import retry_job

    receipt = queues.submit(account=account)
    queues.admit(1, account)
    queues.end(receipt.id, "failed", account=account)
    with queues.session() as session:
        from airflow_provider_media.job_store.job_queries import find_run

        find_run(queues.account(account), receipt.id, session)[0].state = "failed"
    queues.pause()
    if state is None:
        with pytest.raises(WorkflowPaused):
            retry_job(queues.account(account), receipt.id)
    else:
        retried = retry_job(queues.account(account), receipt.id)
        assert (retried.state, retried.hold.code) == (state, "workflow_paused")


def test_submission_to_a_paused_queue_says_so(queues):
    from airflow_provider_media.job_store.job_queries import list_jobs

    queues.pause("media_ingest_normal")
    receipt = queues.submit()
    assert (receipt.state, receipt.hold.code) == ("waiting", "queue_paused")
    (job,) = list_jobs(queues.account(), JobFilter()).jobs
    assert job.hold == receipt.hold
    assert "airflow media queues resume --account default --priority normal" in job.hold.message
    assert [notice.code for notice in view(queues, "default").warnings] == ["queue_paused"]


def test_jobs_on_hold_are_listed_by_submission_time(queues):
    from airflow_provider_media.job_store.job_queries import list_jobs

    queues.pause()
    receipt = queues.submit(account="patient")
    now = datetime.now(UTC) + timedelta(minutes=1)
    found = list_jobs(queues.account("patient"), JobFilter(submitted_before=now)).jobs
    assert [job.id for job in found] == [receipt.id]


def test_deleted_pool_is_recreated_and_small_pool_logged_once(queues, reconcile, caplog):
    from airflow.models import Pool
    from sqlalchemy import delete, select

    with queues.session() as session:
        session.execute(delete(Pool).where(Pool.pool != "default_pool"))
    reconcile()
    with queues.session() as session:
        pools = {pool.pool: pool for pool in session.scalars(select(Pool).where(Pool.pool != "default_pool"))}
        assert {name: (pool.slots, pool.include_deferred) for name, pool in pools.items()} == {
            f"media_jobs{suffix}": (slots, True)
            for suffix, slots in {"": 2, "_acme": 2, "_aged": 2, "_narrow": 3, "_patient": 2}.items()
        }
        pools["media_jobs_patient"].slots = 0
        pools["media_jobs"].include_deferred = False
    caplog.clear()
    reconcile()
    reconcile()
    warned = [record.getMessage() for record in caplog.records]
    assert len([text for text in warned if "media_jobs_patient has 0 slots; include/queues.yaml says 2" in text]) == 1
    assert [notice.code for notice in view(queues).warnings] == ["pool_too_small"]
    assert queues.submit(account="patient").hold.code == "pool_empty"
    with queues.session() as session:
        assert session.scalar(select(Pool.include_deferred).where(Pool.pool == "media_jobs"))


def test_new_account_dags_are_requested_for_parsing_at_once(queues, reconcile, monkeypatch):
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy import delete, select

    from airflow_provider_media.core.accounts.accounts import parse_queues
    from airflow_provider_media.hooks import catalogue

    reconcile()
    with queues.session() as session:
        assert session.scalars(select(DagPriorityParsingRequest)).all() == []
    monkeypatch.setattr(catalogue, "queues", lambda: parse_queues({"accounts": {"new": None}}))
    reconcile()
    reconcile()
    with queues.session() as session:
        (request,) = session.scalars(select(DagPriorityParsingRequest)).all()
        assert request.relative_fileloc == "dag.py"
        session.execute(delete(DagPriorityParsingRequest))


def test_account_notices_name_paused_dags_and_missing_pools(queues):
    from airflow.models import Pool
    from sqlalchemy import delete

    from airflow_provider_media.job_store.health import account_notices

    queues.pause("media_ingest_low__acme")
    queues.pause("media_announce")
    account = queues.ACCOUNTS.account("acme")
    with queues.session() as session:
        found = list(account_notices(account, account.limits.active, session))
        assert [notice.code for notice in found] == ["queue_paused", "dag_paused"]
        assert (
            found[1].message
            == "The DAG media_announce is paused: the end of jobs is not announced until it is unpaused."
        )
        session.execute(delete(Pool))
        _, missing, _ = account_notices(account, account.limits.active, session)
    assert missing.message.startswith("The pool default_pool is not there, so tasks in it never start.")


def test_job_of_paused_workflow_frees_slot_once_no_task_executes(queues, reconcile):
    """Its work goes on only when it has a slot again, and no more jobs work than there are slots."""
    from airflow.models import DagRun
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import tasks_of
    from airflow_provider_media.job_store.job_queries import find_run

    def work(receipt):
        with queues.session() as session:
            return session.scalar(
                select(DagRun).where(DagRun.dag_id == "media_clip", DagRun.run_id == f"normal__{receipt.id}")
            )

    receipt = queues.submit(account="patient")
    queues.admit(1, "patient")
    queues.work(receipt.id, account="patient")
    with queues.session() as session:
        next(task for task in tasks_of(work(receipt), session) if task.task_id == "probe").state = "running"
    queues.pause()
    reconcile()
    assert (find(queues, receipt).state, find(queues, receipt).hold.code) == ("running", "workflow_paused")
    with queues.session() as session:
        next(task for task in tasks_of(work(receipt), session) if task.task_id == "probe").state = "success"
    reconcile.__self__.searched = 0
    reconcile()
    job = find(queues, receipt)
    assert (job.state, job.hold.code, view(queues).active) == ("waiting", "workflow_paused", 0)
    assert (work(receipt).state, work(receipt).run_after > datetime.now(UTC)) == ("queued", True)
    with queues.session() as session:
        _, task = find_run(queues.account("patient"), receipt.id, session)
        assert (task.state, task.trigger_id, task.next_method) == (None, None, None)
    queues.pause(paused=False)
    reconcile()
    assert (find(queues, receipt).position, work(receipt).run_after > datetime.now(UTC)) == (1, True)
    assert queues.admit(1, "patient") == [receipt.id]
    reconcile()
    assert (work(receipt).state, work(receipt).run_after <= datetime.now(UTC)) == ("queued", True)


def test_suspended_job_that_is_cancelled_ends_with_its_work(queues, reconcile):
    from airflow_provider_media.job_store.dag_runs import find_run_of
    from airflow_provider_media.job_store.job_commands import cancel_job

    receipt = queues.submit(account="patient")
    queues.admit(1, "patient")
    queues.work(receipt.id, account="patient")
    queues.pause()
    reconcile()
    assert cancel_job(queues.account("patient"), receipt.id).state == "cancelled"
    with queues.session() as session:
        assert find_run_of("media_clip", f"normal__{receipt.id}", session).state == "failed"


def test_pool_is_made_before_first_task_of_manual_run(queues):
    from airflow.models import Pool
    from sqlalchemy import select

    from airflow_provider_media import listeners
    from airflow_provider_media.hooks import catalogue
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

    with queues.session() as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "queues", lambda: queues.ACCOUNTS)
        dag = latest_dag("media_ingest_normal__acme", session)
        run = create_run(dag, "manual__1", conf={}, logical_date=None, door="rest_api", user=None, session=session)
        session.flush()
        listeners.on_dag_run_running(run, "")
        assert session.scalar(select(Pool.slots).where(Pool.pool == "media_jobs_acme")) == 2
