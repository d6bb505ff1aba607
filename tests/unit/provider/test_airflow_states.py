"""The contract with Airflow's states and keys: airflow_contract writes them without importing Airflow."""

from airflow.cli.commands.task_command import _generate_temporary_run_id
from airflow.models.xcom import XCOM_RETURN_KEY
from airflow.utils.state import DagRunState, State, TaskInstanceState
from airflow.utils.types import DagRunType

from airflow_provider_media import listeners
from airflow_provider_media.airflow_contract import run_ids, run_states, run_times, xcom


def test_run_states_are_those_of_airflow():
    assert set(run_states.UNFINISHED) == State.unfinished_dr_states
    assert set(run_states.ENDED) == State.finished_dr_states
    assert {*run_states.UNFINISHED, *run_states.ENDED} == set(DagRunState)


def test_task_state_is_either_begun_or_ended():
    assert set(run_states.ENDED_TASKS) == State.finished
    assert {*run_states.BEGUN, *run_states.ENDED_TASKS} == set(TaskInstanceState)
    assert len(run_states.BEGUN) + len(run_states.ENDED_TASKS) == len(TaskInstanceState)


def test_return_value_is_pushed_under_airflows_key():
    assert xcom.RETURN_VALUE == XCOM_RETURN_KEY


def test_run_type_of_runs_that_tasks_start_is_airflows():
    assert listeners.FROM_TASK == DagRunType.OPERATOR_TRIGGERED


def test_run_id_that_airflow_makes_by_itself_is_airflows_own():
    made = {kind for kind in DagRunType if kind is not DagRunType.MANUAL}
    assert [kind for kind in made if not run_ids.AIRFLOWS_OWN.match(f"{kind.value}__2026-01-01")] == []


def test_run_id_of_airflow_tasks_test_begins_as_temporary():
    assert _generate_temporary_run_id().startswith(run_ids.TEMPORARY)


def test_run_that_begins_now_is_due_by_clock_of_sqlite():
    import sqlite3

    with sqlite3.connect(":memory:") as database:
        ((due,),) = database.execute("SELECT ? <= CURRENT_TIMESTAMP", [f"{run_times.begin_now():%F %T.%f}"])
    assert due
