"""What executions rely on in the state that Airflow keeps for a task: room for large values, a life beyond clears, no
lost workers.
"""

import json
import warnings
from uuid import uuid4

import pytest

from tests.airflow_database import machine_dags

LOOP = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "A"}}}
LARGE = {"output": "ä" * 262_144}
"""As large as a payload may be, and twice that as Airflow writes it."""


@pytest.fixture(scope="module")
def dags():
    return machine_dags(loop=LOOP)


@pytest.fixture
def session(tables):
    from airflow.utils.session import create_session

    with create_session(scoped=False) as session:
        yield session


@pytest.fixture
def task(session):
    """The task of an execution that runs."""
    from airflow_provider_media.job_store.dag_runs import create_run, latest_dag, tasks_of

    dag = latest_dag("state_machine_loop", session)
    run = create_run(dag, f"run-{uuid4()}", conf={}, logical_date=None, door="rest_api", user=None, session=session)
    session.flush()
    (one,) = tasks_of(run, session)
    one.state = "running"
    session.flush()
    return one


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    with warnings.catch_warnings():
        # A library of Airflow's imports a test client that warns of its own future.
        warnings.simplefilter("ignore")
        from airflow.api_fastapi.execution_api.routes import task_state_store

    assert task_state_store


def write(task_id, key, value, session):
    from airflow.api_fastapi.execution_api.datamodels.task_state_store import TaskStateStorePutBody
    from airflow.api_fastapi.execution_api.routes.task_state_store import set_task_state_store

    set_task_state_store(task_id, key, TaskStateStorePutBody(value=value), session)


def read(task_id, key, session):
    from airflow.api_fastapi.execution_api.routes.task_state_store import get_task_state_store

    return get_task_state_store(task_id, key, session).value


def test_a_value_may_be_as_large_as_a_payload(task, session):
    write(task.id, "0000.0000", LARGE, session)
    assert read(task.id, "0000.0000", session) == LARGE
    assert len(json.dumps(LARGE)) > 1_000_000


def test_task_state_outlives_clear_and_is_read_by_next_attempt(task, session):
    from airflow_provider_media.job_store.dag_runs import clear

    write(task.id, "head", {"n": 1}, session)
    before, run = task.id, task.dag_run
    task.state = "failed"
    clear([task], session)
    session.flush()
    assert task.id != before
    assert read(task.id, "head", session) == {"n": 1}
    assert run.clear_number == 1, "by this number an execution knows that it is to go on"


def test_lost_worker_writes_no_task_state_after_next_attempt_starts(task, session):
    from fastapi import HTTPException

    lost = task.id
    task.prepare_db_for_next_try(session)
    session.flush()
    for key in ("head", "0000.0000"):
        with pytest.raises(HTTPException) as refused:
            write(lost, key, {"n": 2}, session)
        assert refused.value.status_code == 404


def test_task_state_with_never_expire_retention_is_written_without_expiry(monkeypatch):
    from airflow.sdk import NEVER_EXPIRE
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.context import TaskStateStoreAccessor
    from airflow.sdk.state import TaskScope

    sent = []

    class Supervisor:
        def send(self, message):
            sent.append(message)

    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Supervisor(), raising=False)
    scope = TaskScope(dag_id="d", run_id="r", task_id="t", map_index=-1)
    TaskStateStoreAccessor(ti_id=uuid4(), scope=scope).set("head", {"n": 1}, retention=NEVER_EXPIRE)
    assert sent[0].expires_at is None
