"""What the tasks of a run wait for ends with the run; on Airflow's own tables."""

import json
from types import SimpleNamespace

import pytest

from tests.airflow_database import machine_dags

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture(scope="module")
def dags():
    from airflow_provider_media.factory.durable_machine import child_run_dags

    return [*machine_dags(parent=PASS, child=PASS, grandchild=PASS), *child_run_dags().values()]


def waits(name, run_id, about=None):
    """Start an execution whose first task waits for something."""
    from airflow.utils.session import create_session

    from airflow_provider_media.job_store import executions
    from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, push_xcom

    executions.start(name, run_id, {}, None)
    with create_session(scoped=False) as session:
        run = find_run_of(f"state_machine_{name}", run_id, session)
        run.state = "running"
        if about is not None:
            task = find_task_of(run, "A", session)
            task.state = "deferred"
            push_xcom(
                task,
                "waiting",
                value=json.dumps({"since": "2026-11-26T10:00:00+00:00", "about": about}),
                session=session,
            )


def status(name, run_id):
    from airflow_provider_media.job_store import executions

    return executions.find(name, run_id).status


def test_stop_of_execution_ends_only_executions_it_waits_for(tables):
    from airflow_provider_media.job_store import executions

    waits("parent", "p", {"dag_id": "state_machine_child", "run_id": "c"})
    waits("child", "c", {"dag_id": "state_machine_grandchild", "run_id": "g"})
    waits("grandchild", "g")
    waits("child", "other")
    assert executions.stop("parent", "p", None, None).status == "ABORTED"
    assert [status("child", "c"), status("grandchild", "g"), status("child", "other")] == [
        "ABORTED",
        "ABORTED",
        "RUNNING",
    ]


def test_fail_run_keeps_run_failed_when_scheduler_updates_it_concurrently(tables):
    from airflow.utils.session import create_session

    from airflow_provider_media.job_store.dag_runs import fail_run, find_run_of, latest_dag

    waits("grandchild", "early")
    with create_session(scoped=False) as session:
        fail_run(find_run_of("state_machine_grandchild", "early", session), session)
    with create_session(scoped=False) as session:
        run = find_run_of("state_machine_grandchild", "early", session)
        # What the scheduler has read before: it writes what its own look at the tasks comes to.
        run.state = "running"
        run.dag = latest_dag(run.dag_id, session)
        run.update_state(session=session, execute_callbacks=False)
        assert str(run.state) == "failed"


def test_failed_run_ends_awaited_runs_in_same_transaction(tables):
    from airflow.utils.session import create_session

    from airflow_provider_media import listeners
    from airflow_provider_media.job_store.dag_runs import find_run_of

    waits("parent", "q", {"dag_id": "state_machine_child", "run_id": "d"})
    waits("child", "d")
    with create_session(scoped=False) as session:
        listeners.on_dag_run_failed(find_run_of("state_machine_parent", "q", session), "")
        session.rollback()
    assert status("child", "d") == "RUNNING"
    with create_session(scoped=False) as session:
        listeners.on_dag_run_failed(find_run_of("state_machine_parent", "q", session), "")
    assert status("child", "d") != "RUNNING"


def stop(named, run_type="operator_triggered"):
    """What the scheduler does when a run of the DAG for stops is over."""
    from airflow.utils.session import create_session

    from airflow_provider_media import listeners
    from airflow_provider_media.core.dag_ids import STATE_STOP
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag

    with create_session(scoped=False) as session:
        dag = latest_dag(STATE_STOP, session)
        name = f"stop-{named.get('run_id')}"
        run = create_run(dag, name, conf={}, logical_date=None, door="operator", user=None, session=session)
        run.conf, run.run_type = named, run_type
        session.flush()
        listeners.on_dag_run_success(run, "")


def test_stop_of_run_awaited_too_long_ends_runs_it_awaits(tables):
    waits("parent", "late", {"dag_id": "state_machine_child", "run_id": "slow"})
    waits("child", "slow", {"dag_id": "state_machine_grandchild", "run_id": "slower"})
    waits("grandchild", "slower")
    stop({"dag_id": "state_machine_child", "run_id": "slow"})
    assert [status("child", "slow"), status("grandchild", "slower"), status("parent", "late")] == [
        "ABORTED",
        "ABORTED",
        "RUNNING",
    ]


@pytest.mark.parametrize(
    "named", [{}, {"dag_id": "somebody_elses", "run_id": "x"}, {"dag_id": "state_machine_child", "run_id": "gone"}]
)
def test_stop_of_foreign_or_missing_run_is_passed_over(tables, named):
    run_id = f"beside-{named.get('dag_id')}"
    waits("child", run_id)
    stop(named)
    assert status("child", run_id) == "RUNNING"


def test_a_stop_that_somebody_has_started_by_hand_ends_nothing(tables):
    waits("child", "wanted")
    stop({"dag_id": "state_machine_child", "run_id": "wanted"}, run_type="manual")
    assert status("child", "wanted") == "RUNNING"


def test_runs_of_other_dags_are_not_looked_at():
    from airflow_provider_media import listeners

    listeners.on_dag_run_failed(SimpleNamespace(dag_id="etl"), "")
    listeners.on_dag_run_success(SimpleNamespace(dag_id="etl"), "")


@pytest.mark.parametrize(
    "about", [None, {"job": "1-a", "connection": "aws_default"}, {"dag_id": "gone", "run_id": "x"}]
)
def test_what_is_no_run_or_is_gone_is_passed_over(tables, about):
    from airflow_provider_media.job_store import executions

    name = f"r-{json.dumps(about)[:8]}".replace('"', "").replace("{", "").replace(":", "").strip()
    waits("parent", name, about)
    assert executions.stop("parent", name, None, None).status == "ABORTED"


def test_an_execution_takes_its_open_questions_along(tables):
    from airflow.utils.session import create_session

    from airflow_provider_media.core.dag_ids import STATE_WAIT
    from airflow_provider_media.job_store import executions
    from airflow_provider_media.job_store.dag_runs import create_run, find_run_of, find_task_of, latest_dag

    waits("parent", "asks")
    with create_session(scoped=False) as session:
        for name, of in (("question", "asks"), ("other", "another")):
            run = create_run(
                latest_dag(STATE_WAIT, session),
                name,
                conf={},
                logical_date=None,
                door="rest_api",
                user=None,
                session=session,
            )
            run.conf, run.state = {"execution": {"dag_id": "state_machine_parent", "run_id": of}}, "running"
            session.flush()
            find_task_of(run, "task", session).state = "awaiting_input"
    executions.stop("parent", "asks", None, None)
    with create_session(scoped=False) as session:
        assert [str(find_run_of(STATE_WAIT, name, session).state) for name in ("question", "other")] == [
            "failed",
            "running",
        ]
