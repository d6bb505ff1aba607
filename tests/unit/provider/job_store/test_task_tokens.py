"""Answers to tasks that wait are kept with them once, and wake those that sleep; on Airflow's own tables."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.airflow_contract.xcom import AWAITED
from airflow_provider_media.core.statelang.errors import TaskTokenInvalid
from airflow_provider_media.core.statelang.tokens import WaitingTask, digest_of, token_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.job_store.errors import TaskEnded
from tests.airflow_database import machine_dags, store

pytestmark = pytest.mark.usefixtures("secret")
DEFINITION = {
    "StartAt": "Ask",
    "States": {"Ask": {"Type": "Pass", "End": True}},
}


@pytest.fixture(scope="module")
def dags():
    return machine_dags(review=DEFINITION)


class Asked:
    """A task that has given its token away."""

    def __init__(self, number, attempt=1):
        from airflow.utils.session import create_session

        from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

        self.run_id = f"run-{number}"
        named = WaitingTask(dag_id="state_machine_review", run_id=self.run_id, task_id="Ask", attempt=attempt)
        self.token = token_of(named, settings.token_secret())
        with create_session(scoped=False) as session:
            dag = latest_dag("state_machine_review", session)
            create_run(dag, self.run_id, conf={}, logical_date=None, door="rest_api", user=None, session=session)
        self.become("running", waits=True)

    def become(self, state, *, waits=False, **fields):
        from airflow_provider_media.job_store.dag_runs import push_xcom

        with self.task() as (task, session):
            task.state = state
            for name, value in fields.items():
                setattr(task, name, value)
            if waits:
                push_xcom(task, AWAITED, value=digest_of(self.token), session=session)

    def task(self):
        from contextlib import contextmanager

        from airflow.models import TaskInstance
        from airflow.utils.session import create_session
        from sqlalchemy import select

        @contextmanager
        def opened():
            with create_session(scoped=False) as session:
                ours = select(TaskInstance).where(TaskInstance.run_id == self.run_id, TaskInstance.task_id == "Ask")
                yield session.scalar(ours), session

        return opened()

    def sleep(self, seconds=60):
        from airflow.models.trigger import Trigger

        from airflow_provider_media.job_store.dag_runs import push_xcom

        with self.task() as (task, session):
            since = datetime.now(UTC) - timedelta(seconds=seconds)
            push_xcom(task, "waiting", value=json.dumps({"since": since.isoformat(), "about": None}), session=session)
            trigger = Trigger(classpath="x.Y", kwargs={})
            session.add(trigger)
            session.flush()
            task.state, task.next_method, task.next_kwargs, task.trigger_id = "deferred", "answered", {}, trigger.id

    def left(self, key):
        from airflow.models.xcom import XComModel
        from sqlalchemy import select

        with self.task() as (_, session):
            row = session.scalar(select(XComModel).where(XComModel.run_id == self.run_id, XComModel.key == key))
            return None if row is None else row.value


@pytest.fixture
def asked(tables, request):
    return Asked(request.node.name)


def test_callback_to_running_task_is_kept_until_task_defers(asked):
    from airflow_provider_media.job_store.task_tokens import answer

    answer(asked.token, {"output": {"approved": True}})
    with asked.task() as (task, _):
        assert task.state == "running"
    assert json.loads(asked.left("answer")) == {"output": {"approved": True}}


def test_an_answer_wakes_a_task_that_sleeps(asked):
    from airflow_provider_media.job_store.task_tokens import answer

    asked.sleep()
    answer(asked.token, {"error": None, "cause": None})
    with asked.task() as (task, _):
        assert (task.state, task.next_method, task.trigger_id) == ("scheduled", "answered", None)
    assert json.loads(asked.left("answer")) == {"error": None, "cause": None}


def test_callback_to_task_that_just_deferred_is_left_to_trigger(asked):
    from airflow_provider_media.job_store.task_tokens import answer

    asked.sleep(seconds=5)
    answer(asked.token, {"output": 1})
    with asked.task() as (task, _):
        assert task.state == "deferred"
    assert json.loads(asked.left("answer")) == {"output": 1}


def test_a_second_answer_is_refused_and_changes_nothing(asked):
    from airflow_provider_media.job_store.task_tokens import answer

    answer(asked.token, {"output": 1})
    with pytest.raises(TaskEnded):
        answer(asked.token, {"output": 2})
    assert json.loads(asked.left("answer")) == {"output": 1}


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("success", {}),
        ("failed", {}),
        ("skipped", {}),
        ("up_for_retry", {}),
        ("scheduled", {}),
        ("running", {"next_method": "answered"}),
    ],
)
def test_a_task_that_has_stopped_waiting_takes_no_answer(tables, state, fields):
    from airflow_provider_media.job_store.task_tokens import answer, heartbeat

    asked = Asked(f"{state}-{len(fields)}")
    asked.become(state, **fields)
    for refused in (lambda: answer(asked.token, {"output": 1}), lambda: heartbeat(asked.token)):
        with pytest.raises(TaskEnded):
            refused()
    assert asked.left("answer") is None


def test_the_token_of_an_earlier_attempt_is_of_no_use(asked):
    from airflow_provider_media.job_store.task_tokens import answer

    earlier = WaitingTask(dag_id="state_machine_review", run_id=asked.run_id, task_id="Ask", attempt=7)
    with pytest.raises(TaskEnded):
        answer(token_of(earlier, settings.token_secret()), {"output": 1})


def test_a_run_that_is_gone_is_an_ended_task(tables):
    from airflow_provider_media.job_store.task_tokens import answer

    with pytest.raises(TaskEnded):
        answer(token_of(WaitingTask(dag_id="d", run_id="r", task_id="t"), settings.token_secret()), {"output": 1})


def test_a_sign_of_life_is_kept_and_wakes_nobody(asked):
    from airflow_provider_media.job_store.task_tokens import heartbeat

    asked.sleep()
    before = datetime.now(UTC)
    heartbeat(asked.token)
    with asked.task() as (task, _):
        assert task.state == "deferred"
    assert datetime.fromisoformat(json.loads(asked.left("heartbeat"))) >= before


def test_child_run_task_token_is_authorized_by_waiting_machine_dag(tables):
    from airflow.utils.session import create_session

    from airflow_provider_media.core.dag_ids import STATE_WAIT
    from airflow_provider_media.factory.durable_machine import child_run_dags
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag
    from airflow_provider_media.job_store.task_tokens import dag_of

    store([child_run_dags()[STATE_WAIT]])
    with create_session(scoped=False) as session:
        dag = latest_dag(STATE_WAIT, session)
        run = create_run(dag, "asks", conf={}, logical_date=None, door="operator", user=None, session=session)
        run.conf = {"execution": {"dag_id": "state_machine_review", "run_id": "r", "task_id": "result"}}
    token = token_of(WaitingTask(dag_id=STATE_WAIT, run_id="asks", task_id="task"), settings.token_secret())
    assert dag_of(token) == "state_machine_review"
    forged = token_of(WaitingTask(dag_id=STATE_WAIT, run_id="none", task_id="task"), settings.token_secret())
    assert dag_of(forged) == STATE_WAIT


def test_dag_of_task_token_is_returned_for_valid_token_only(tables):
    from airflow_provider_media.job_store.task_tokens import dag_of

    assert dag_of(token_of(WaitingTask(dag_id="d", run_id="r", task_id="t"), settings.token_secret())) == "d"
    with pytest.raises(TaskTokenInvalid):
        dag_of("a.b")


def test_the_commands_answer_too(tables, capsys):
    from airflow_provider_media.cli.definition import parser

    def call(*arguments):
        args = parser().parse_args(["statemachine", *arguments])
        args.func(args)

    one, other = Asked("cli-1"), Asked("cli-2")
    call("heartbeat", one.token)
    call("succeed", one.token, "--output", '{"a": 1}')
    call("fail", other.token, "--error", "Rejected", "--cause", "No.")
    assert json.loads(one.left("answer")) == {"output": {"a": 1}}
    assert json.loads(other.left("answer")) == {"error": "Rejected", "cause": "No."}
    with pytest.raises(SystemExit) as ended:
        call("succeed", one.token)
    assert ended.value.code == TaskEnded.exit_code
    assert "task_ended" in capsys.readouterr().err
