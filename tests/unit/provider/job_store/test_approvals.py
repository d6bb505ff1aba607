"""Open approvals of executions, from the rows of Airflow's required actions."""

import pytest

from tests.airflow_database import machine_dags

ASK = {"Ask": {"Type": "Task", "Resource": "media:approval", "Parameters": {"subject": "Publish?"}, "End": True}}
MACHINE = {"StartAt": "Ask", "States": ASK}


@pytest.fixture(scope="module")
def dags():
    from airflow_provider_media.factory.durable_machine import child_run_dags

    return [*machine_dags(review=MACHINE), *child_run_dags().values()]


def ask(queues, dag_id, run_id, task_id, conf=None):
    """Let a task of a new run wait for a person."""
    from airflow.models.hitl import HITLDetail

    from airflow_provider_media.job_store.dag_runs import create_run, find_task_of, latest_dag

    with queues.session() as session:
        dag = latest_dag(dag_id, session)
        run = create_run(dag, run_id, conf={}, logical_date=None, door="operator", user=None, session=session)
        run.conf = conf
        task = find_task_of(run, task_id, session)
        task.state = "awaiting_input"
        session.add(HITLDetail(ti_id=task.id, options=["Approve", "Reject"], subject="Publish?", assignees=[]))
        return task.id


def approvals(name="one"):
    from airflow_provider_media.job_store.approvals import find_approvals

    return find_approvals("review", name)


def test_approval_of_task_in_the_run_of_its_execution(queues):
    ask(queues, "state_machine_review", "one", "Ask")
    (asked,) = approvals()
    assert (asked.task_id, asked.map_index, asked.state, asked.subject) == ("Ask", -1, None, "Publish?")
    assert asked.options == ("Approve", "Reject")
    assert approvals("other") == ()


def test_approval_in_child_run_names_its_state(queues):
    execution = {"dag_id": "state_machine_review", "run_id": "one", "task_id": "result"}
    conf = {"execution": execution, "task": "/All[0]/Ask%20them@1#1"}
    ask(queues, "media_state_wait", "child", "task", conf)
    (asked,) = approvals()
    assert (asked.run_id, asked.state) == ("child", "Ask them")
    assert approvals("other") == ()


def test_answered_approval_is_open_no_more(queues):
    from datetime import UTC, datetime

    from airflow.models.hitl import HITLDetail

    task = ask(queues, "state_machine_review", "one", "Ask")
    with queues.session() as session:
        session.get(HITLDetail, task).responded_at = datetime.now(UTC)
    assert approvals() == ()
