"""Tasks of activities are handed out oldest first, each to one worker; on Airflow's own tables."""

import json
import threading

import pytest

from airflow_provider_media.airflow_contract.xcom import AWAITED, offer_key
from airflow_provider_media.core.statelang.tokens import WaitingTask, digest_of, token_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.job_store.errors import TaskEnded
from tests.airflow_database import machine_dags

pytestmark = pytest.mark.usefixtures("secret", "tables")
ACTIVITY = "arn:aws:states:eu-west-1:1:activity:subtitles"
DEFINITION = {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": ACTIVITY, "End": True}}}
DAG = "state_machine_films"


@pytest.fixture(scope="module")
def dags():
    return machine_dags(films=DEFINITION)


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
        create_run(
            latest_dag(DAG, session), run_id, conf={}, logical_date=None, door="rest_api", user=None, session=session
        )
        task = session.scalar(select(TaskInstance).where(TaskInstance.run_id == run_id, TaskInstance.task_id == "Ask"))
        task.state = state
        push_xcom(task, AWAITED, value=digest_of(token), session=session)
        push_xcom(
            task, offer_key(activity), value=json.dumps({"attempt": attempt, "input": {"run": run_id}}), session=session
        )
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


def test_take_gives_longest_waiting_task_first_and_each_once(activity):
    tokens = [offer(activity, f"{activity}-{number}") for number in range(3)]
    assert [take(activity).token for _ in tokens] == tokens
    assert take(activity) is None


def test_take_gives_task_input_and_token_for_answer(activity):
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


def test_take_leaves_task_of_machine_without_trigger_permission_to_others(activity):
    offer(activity, activity)
    asked = []
    assert take(activity, lambda dag_id: bool(asked.append(dag_id))) is None
    assert asked == [DAG]
    assert take(activity) is not None


def test_take_skips_task_answered_before_being_taken(activity):
    from airflow_provider_media.job_store.task_tokens import answer

    token = offer(activity, activity, state="running")
    answer(token, {"output": 1})
    assert take(activity) is None
    with pytest.raises(TaskEnded):
        answer(token, {"output": 2})


def test_take_by_concurrent_workers_gives_no_task_twice(activity):
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
