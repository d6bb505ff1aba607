"""Lists of executions from Airflow's own tables: every status, every filter, a bounded number of queries."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.statelang.service import ExecutionFilter
from tests.airflow_database import machine_dags

DEFINITION = {"StartAt": "Ask", "States": {"Ask": {"Type": "Pass", "End": True}}}
AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
TIMED_OUT = {"Error": None, "Cause": '{"Status": "FAILED"}', "Status": "TIMED_OUT"}
ENDS = {
    "waits": ("queued", None, {}, "RUNNING"),
    "runs": ("running", None, {}, "RUNNING"),
    "done": ("success", "success", {"return_value": 1}, "SUCCEEDED"),
    "stopped_success": ("success", "skipped", {"stopped": {"Error": None, "Cause": None}}, "ABORTED"),
    "stopped": ("failed", "failed", {"stopped": {"Error": "E", "Cause": None}}, "ABORTED"),
    "by_hand": ("failed", "failed", {}, "ABORTED"),
    "late": ("failed", "skipped", {}, "TIMED_OUT"),
    "late_too": ("failed", "failed", {"error": TIMED_OUT}, "TIMED_OUT"),
    "broken": ("failed", "failed", {"error": {"Error": "E", "Cause": "C"}}, "FAILED"),
    "last": ("success", "success", {}, "SUCCEEDED"),
}
"""State of run and last task, XComs of the last task, and the status, of each execution by its name."""


@pytest.fixture(scope="module")
def dags():
    return machine_dags(greet=DEFINITION, other=DEFINITION)


@pytest.fixture(scope="module")
def listed(tables):
    """The function that lists executions, with one execution a minute in the database."""
    from airflow.utils.session import create_session

    from airflow_provider_media.job_store import executions
    from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, push_xcom
    from airflow_provider_media.job_store.execution_list import list_executions

    executions.start("other", "else", {}, None)
    for minute, (name, (state, last, left, _)) in enumerate(ENDS.items()):
        executions.start("greet", name, {"large": "x" * 100}, None)
        with create_session(scoped=False) as session:
            run = find_run_of("state_machine_greet", name, session)
            run.state = state
            run.start_date = None if state == "queued" else AT + timedelta(minutes=minute)
            run.end_date = None if last is None else AT + timedelta(hours=1)
            task = find_task_of(run, "result", session)
            task.state = last
            for key, value in left.items():
                push_xcom(task, key, value=value, session=session)
    return list_executions


def names(listed, **wanted):
    return [each.name for each in listed("greet", ExecutionFilter(**wanted)).executions]


def test_execution_list_has_each_status_as_a_single_execution_has(listed):
    from airflow_provider_media.job_store import executions

    found = listed("greet", ExecutionFilter()).executions
    assert [each.name for each in found] == list(reversed(ENDS))
    assert {each.name: each.status for each in found} == {name: status for name, (*_, status) in ENDS.items()}
    assert {each.name: each.status for each in found} == {name: executions.find("greet", name).status for name in ENDS}
    assert {each.name for each in found if each.stopped_at is None} == {"waits", "runs"}
    assert next(each for each in found if each.name == "waits").started_at is None


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_execution_list_filtered_by_status(listed, status):
    assert names(listed, status=status) == [name for name in reversed(ENDS) if ENDS[name][-1] == status]


def test_execution_list_filtered_by_time_and_text(listed):
    early = {"started_after": AT, "started_before": AT + timedelta(minutes=3)}
    assert names(listed, **early) == ["done", "runs"]
    assert names(listed, text="LATE") == ["late_too", "late"]
    assert names(listed, text="_t") == ["late_too"]


def test_execution_list_pages_hold_every_execution_once(listed):
    seen, cursor = [], None
    while True:
        page = listed("greet", ExecutionFilter(limit=3, cursor=cursor))
        seen += [each.name for each in page.executions]
        cursor = page.next
        if cursor is None:
            break
    assert seen == list(reversed(ENDS))
    with pytest.raises(RequestInvalid):
        listed("greet", ExecutionFilter(cursor="x"))


def test_execution_list_with_rare_status_stops_after_bounded_batches(listed, monkeypatch):
    from airflow_provider_media.job_store import execution_list

    monkeypatch.setattr(execution_list, "PAGE", 1)
    monkeypatch.setattr(execution_list, "BATCHES", 1)
    seen, pages, cursor = [], 0, None
    while pages == 0 or cursor is not None:
        page = listed("greet", ExecutionFilter(status="TIMED_OUT", limit=1, cursor=cursor))
        seen += [each.name for each in page.executions]
        pages, cursor = pages + 1, page.next
    assert seen == ["late_too", "late"]
    assert pages > len(seen), "pages without any match continue the search"


def test_execution_list_takes_three_queries_whatever_it_finds(listed):
    with counted() as statements:
        listed("greet", ExecutionFilter())
    assert len(statements) == 3


def test_standing_of_machines_counts_executions_that_have_not_ended(listed):
    from airflow_provider_media.job_store.machine_standing import standing_of

    found = standing_of(["state_machine_greet", "state_machine_none"])
    greet, none = found["state_machine_greet"], found["state_machine_none"]
    assert (greet.known, greet.paused, greet.running) == (True, False, 2)
    assert (none.known, none.paused, none.running) == (False, False, 0)


@contextmanager
def counted():
    from airflow import settings
    from sqlalchemy import event

    statements = []
    note = lambda conn, cursor, statement, *_: statements.append(statement)
    event.listen(settings.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(settings.engine, "before_cursor_execute", note)
