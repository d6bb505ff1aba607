"""Runs that somebody has made by hand in a queue, with whatever conf: the jobs API goes on answering."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.errors import SubmissionError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.errors import IdempotencyConflict
from airflow_provider_media.core.submission.names import job_id_of_key
from airflow_provider_media.core.submission.views import JobFilter
from airflow_provider_media.hooks.signing import signed_submission
from airflow_provider_media.job_store.errors import JobEnded, JobStarting

FIELDS = (
    "job_id",
    "account",
    "priority",
    "source",
    "output",
    "workflow",
    "name",
    "request",
    "submitted_at",
    "video",
    "subject",
    "signature",
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner),
    max_leaves=15,
)
CONFS = st.none() | st.dictionaries(st.sampled_from(FIELDS) | st.text(), VALUES)
ID = "f" * 32


@pytest.fixture
def by_hand(queues):
    """Makes the run of a job in a queue of the account ``default``, as Airflow's API does."""

    def make(conf, job_id=ID):
        from airflow.models import DagRun
        from sqlalchemy import delete

        from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

        with queues.session() as session:
            session.execute(delete(DagRun))
        with queues.session() as session:
            dag = latest_dag("media_ingest_normal", session)
            run = create_run(
                dag, f"normal__{job_id}", conf={}, logical_date=None, door="rest_api", user="mallory", session=session
            )
            run.conf = conf

    return make


def answers(queues):
    """What the jobs API says of the run: all its questions and commands, as JSON."""
    from airflow_provider_media.job_store import job_commands, job_queries

    account = queues.account()
    view = job_queries.find_job(account, ID)
    filters = [
        JobFilter(),
        JobFilter(workflow="clip", video="film", states=frozenset({JobState.FAILED, JobState.WAITING})),
    ]
    pages = [job_queries.list_jobs(account, each) for each in filters]
    cancelled = job_commands.cancel_job(account, ID)
    json.dumps(to_json([view, *pages, job_queries.describe_queues(account)])).encode()
    return view, cancelled


def test_job_of_malformed_conf_has_account_and_priority_of_queue(queues, by_hand):
    by_hand({"account": "acme", "priority": "low", "workflow": [], "source": {"uri": 1}})
    view, cancelled = answers(queues)
    assert (view.account, view.priority, view.workflow, view.source) == ("default", "normal", "", "")
    assert cancelled.state is JobState.CANCELLED


@pytest.mark.parametrize(
    "name", ["\ud800", "\U0001f3ac" * 5000, 7, 1.5, True, None, [], {"name": "clip"}, "../clip", ""]
)
def test_job_of_malformed_workflow_name_has_none(queues, by_hand, name):
    from airflow_provider_media.job_store.job_queries import list_jobs

    by_hand({"workflow": {"workflow": {"name": name}}})
    assert answers(queues)[0].workflow == ""
    assert list_jobs(queues.account(), JobFilter(details=True)).jobs[0].workflow == ""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conf=CONFS)
def test_jobs_api_answers_whatever_conf_a_run_has(queues, by_hand, conf):
    by_hand(conf)
    view, _ = answers(queues)
    assert (view.id, view.account) == (ID, "default")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_jobs_api_answers_for_a_truncated_or_altered_submission(queues, by_hand, data):
    conf = json.loads(json.dumps(signed_submission(queues.submission())))
    name = data.draw(st.sampled_from(sorted(conf)))
    by_hand(
        data.draw(
            st.sampled_from(
                [{key: value for key, value in conf.items() if key != name}, {**conf, name: data.draw(VALUES)}]
            )
        )
    )
    view, _ = answers(queues)
    assert (view.id, view.account) == (ID, "default")


@pytest.mark.parametrize("depth", [10, 800])
def test_jobs_api_answers_for_a_nested_and_huge_conf(queues, by_hand, depth):
    nested = {}
    for _ in range(depth):
        nested = {"workflow": nested, "name": [nested] if depth < 20 else "x"}
    by_hand({**nested, "source": "s3://in/" + "a" * 1_000_000})
    view, _ = answers(queues)
    assert len(view.source) <= 4096


def test_idempotency_key_of_manual_run_is_conflict(queues, by_hand):
    by_hand({"source": 1}, job_id=job_id_of_key("default", "k"))
    with pytest.raises(IdempotencyConflict):
        queues.submit(1, idempotency_key="k")


def test_malformed_conf_of_failed_job_is_retried_and_counted(queues, by_hand):
    from airflow_provider_media.job_store.job_commands import retry_job

    by_hand({"subject": 3})
    queues.end(ID, "failed")
    assert retry_job(queues.account(), ID).retries == 1


def test_forged_conf_cannot_cancel_the_work_of_another_job(queues, by_hand):
    """A forged run of the same id names the workflow whose run works for the other job."""
    from airflow_provider_media.job_store.dag_runs import create_run, find_run_of, latest_dag
    from airflow_provider_media.job_store.job_commands import cancel_job
    from airflow_provider_media.job_store.job_queries import find_run

    receipt = queues.submit(1, account="acme")
    with queues.session() as session:
        for dag_id, account in (("media_clip", "acme"), ("media_ingest_normal", "default")):
            run = create_run(
                latest_dag(dag_id, session),
                f"normal__{receipt.id}",
                conf={"source": "s3://in/1.mp4"},
                logical_date=None,
                door="ui",
                user=None,
                session=session,
            )
            run.conf, run.state = queues.submission(account=account).to_json(), "running"
        find_run(queues.account(), receipt.id, session)[1].state = "running"
    with pytest.raises((JobStarting, JobEnded)) as refused:
        cancel_job(queues.account(), receipt.id)
    assert isinstance(refused.value, SubmissionError)
    with queues.session() as session:
        assert find_run_of("media_clip", f"normal__{receipt.id}", session).state == "running"
