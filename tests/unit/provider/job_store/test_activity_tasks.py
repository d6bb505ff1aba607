"""Tasks of activities are handed out oldest first, each to one worker; on Airflow's own tables."""

import json
import threading

import pytest

from airflow_provider_media.core.errors import TaskEnded
from airflow_provider_media.core.statelang.activities import offer_of
from airflow_provider_media.core.statelang.tokens import WAITS, WaitingTask, digest_of, token_of
from airflow_provider_media.hooks import settings
from tests.airflow_database import database, store

ACTIVITY = "arn:aws:states:eu-west-1:1:activity:subtitles"
DEFINITION = {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": ACTIVITY, "End": True}}}
DAG = "state_machine_films"


@pytest.fixture(scope="module", autouse=True)
def tables(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, database(tmp_path_factory.mktemp("database")):
        from airflow_provider_media.factory.state_machine import state_machine_dag

        patch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
        store([state_machine_dag("films", DEFINITION)])
        yield


@pytest.fixture
def activity(request):
    """The name of an activity that no other test has."""
    return f"{request.node.name}"[:80].replace("[", "-").replace("]", "")


def offer(activity, run_id, *, state="deferred", attempt=1):
    """Let a task of an activity wait, as its operator does; the answer is its token."""
    from airflow.models import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag, push_xcom

    token = token_of(WaitingTask(dag_id=DAG, run_id=run_id, task_id="Ask", attempt=attempt), settings.token_secret())
    with create_session(scoped=False) as session:
        create_run(latest_dag(DAG, session), run_id, conf={}, logical_date=None, door="rest_api", user=None, session=session)
        task = session.scalar(select(TaskInstance).where(TaskInstance.run_id == run_id, TaskInstance.task_id == "Ask"))
        task.state = state
        push_xcom(task, WAITS, value=digest_of(token), session=session)
        push_xcom(task, offer_of(activity), value=json.dumps({"attempt": attempt, "input": {"run": run_id}}), session=session)
    return token


def left(run_id, key):
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session(scoped=False) as session:
        return session.scalar(select(XComModel.value).where(XComModel.run_id == run_id, XComModel.key == key))


def take(*arguments):
    from airflow_provider_media.job_store import activity_tasks

    return activity_tasks.take(*arguments)


def test_the_task_that_waits_longest_is_taken_first_and_none_twice(activity):
    tokens = [offer(activity, f"{activity}-{number}") for number in range(3)]
    assert [take(activity).token for _ in tokens] == tokens
    assert take(activity) is None


def test_who_takes_a_task_gets_its_input_and_answers_with_its_token(activity):
    from airflow_provider_media.job_store.task_tokens import answer, heartbeat

    offer(activity, activity, state="running", attempt=3)
    task = take(activity)
    assert (task.input, task.dag_id) == ({"run": activity}, DAG)
    heartbeat(task.token)
    answer(task.token, {"output": 1})
    assert json.loads(left(activity, "answer")) == {"output": 1}


def test_its_time_begins_when_it_is_taken(activity):
    offer(activity, activity)
    assert left(activity, "taken") is None
    take(activity)
    assert left(activity, "taken") is not None


def test_a_task_of_another_activity_is_not_taken(activity):
    offer(activity, activity)
    assert take(activity + "-other") is None


@pytest.mark.parametrize("state", ["success", "failed", "skipped", "up_for_retry", "scheduled"])
def test_a_task_that_waits_no_more_is_not_taken(activity, state):
    offer(activity, activity, state=state)
    assert take(activity) is None


def test_a_task_of_a_machine_that_one_may_not_trigger_is_left_to_others(activity):
    offer(activity, activity)
    asked = []
    assert take(activity, lambda dag_id: bool(asked.append(dag_id))) is None
    assert asked == [DAG]
    assert take(activity) is not None


def test_a_task_that_was_answered_before_anybody_took_it_is_not_taken(activity):
    from airflow_provider_media.job_store.task_tokens import answer

    token = offer(activity, activity, state="running")
    answer(token, {"output": 1})
    assert take(activity) is None
    with pytest.raises(TaskEnded):
        answer(token, {"output": 2})


def test_of_many_who_ask_at_the_same_time_each_gets_another_task(activity):
    tokens = {offer(activity, f"{activity}-{number}") for number in range(3)}
    gate, taken = threading.Barrier(6), []

    def ask():
        gate.wait(10)
        taken.append(take(activity))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [task.token for task in taken if task is not None]
    assert (set(found), len(found)) == (tokens, 3)


def test_the_command_prints_the_task_or_nothing(activity, capsys):
    from airflow_provider_media.cli.definition import parser

    def call():
        args = parser().parse_args(["statemachine", "take", activity])
        assert args.func(args) in (None, 0)
        return capsys.readouterr().out

    token = offer(activity, activity)
    capsys.readouterr()
    assert json.loads(call()) == {"token": token, "input": {"run": activity}, "dag_id": DAG}
    assert call() == ""
