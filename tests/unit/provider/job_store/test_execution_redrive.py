"""Executions of state machines are read from, and go on in, Airflow's own tables."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.statelang import Start, to_json
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.job_store.errors import ExecutionNotFailed, ExecutionUnknown
from tests.airflow_database import machine_dags

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
TASK = {"Type": "Task", "Resource": "test:work"}
GRAPH = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Film", "States": {"Film": {**TASK, "End": True}}}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Mend"}],
            "Next": "Tell",
        },
        "Mend": {**TASK, "Next": "Tell"},
        "Tell": {**TASK, "End": True},
    },
}
LOOP = {"StartAt": "Again", "States": {"Again": {**TASK, "Next": "Again"}}}
TASKS = ("Both.enter", "Both.branch_1.Film", "Both.exit", "Mend", "Tell", "result")


@pytest.fixture(scope="module")
def dags():
    return machine_dags(graph=GRAPH, loop=LOOP)


@pytest.fixture
def run(tables, request):
    """A run of a machine with the tasks in the states that a test wants."""
    from airflow.models.task_state_store import TaskStateStoreModel
    from airflow.utils.session import create_session

    from airflow_provider_media.job_store.dag_runs import create_run, find_run_of, latest_dag, push_xcom, tasks_of

    name = request.node.name[:80].replace("[", ".").replace("]", "")

    def made(machine, state, tasks=None, xcoms=None, kept=None):
        with create_session(scoped=False) as session:
            create_run(
                latest_dag(f"state_machine_{machine}", session),
                name,
                conf={"n": 1},
                logical_date=None,
                door="rest_api",
                user=None,
                session=session,
            )
        with create_session(scoped=False) as session:
            row = find_run_of(f"state_machine_{machine}", name, session)
            row.state, row.start_date = state, AT
            for task in tasks_of(row, session):
                task.state = (tasks or {}).get(task.task_id)
                task.start_date, task.end_date = AT, AT + timedelta(seconds=1)
                for key, value in (xcoms or {}).get(task.task_id, {}).items():
                    push_xcom(task, key, value=value, session=session)
            for key, value in (kept or {}).items():
                whose = {
                    "dag_run_id": row.id,
                    "dag_id": row.dag_id,
                    "run_id": row.run_id,
                    "task_id": "result",
                    "map_index": -1,
                }
                session.add(TaskStateStoreModel(**whose, key=key, value=json.dumps(value), updated_at=AT))
        return name

    def states(machine):
        with create_session(scoped=False) as session:
            row = find_run_of(f"state_machine_{machine}", name, session)
            return str(row.state), {task.task_id: task.state for task in tasks_of(row, session)}

    made.states = states
    return made


def redrives():
    from airflow_provider_media.job_store import execution_redrive

    return execution_redrive


def journal():
    start = Start(at=AT, input={"n": 1}, name="x", machine="loop", execution_id="arn:x")
    done = {"kind": "TaskSucceeded", "id": "/Again@1#1", "at": AT.isoformat(), "output": {"n": 2}}
    return {
        "head": {"start": to_json(start), "definition": LOOP, "clears": 0},
        "0000.0000": {"kind": "Begun", "id": "/Again@1#1", "at": AT.isoformat()},
        "0000.0001": done,
    }


def test_an_execution_of_one_task_is_seen_by_its_journal(run):
    view = redrives().read_history("loop", run("loop", "running", {"result": "deferred"}, kept=journal()))
    assert (view.execution.status, view.execution.input, view.redrives) == ("RUNNING", {"n": 1}, 0)
    found = [(visit.state, visit.status, visit.input, visit.output) for visit in view.visits]
    assert found == [("Again", "succeeded", {"n": 1}, {"n": 2}), ("Again", "running", {"n": 2}, None)]
    assert view.events[0]["type"] == "ExecutionStarted"


def test_execution_has_status_aborted_when_airflow_ended_it_before_machine(run):
    assert (
        redrives().read_history("loop", run("loop", "failed", {"result": "failed"}, kept=journal())).execution.status
        == "ABORTED"
    )


def test_execution_history_of_task_graph_comes_from_what_tasks_left(run):
    def left(value, following):
        return {
            "transition": {"next": following, "parcel": {"value": value, "variables": {}, "item": None}},
            "input": {"n": 1},
        }

    name = run(
        "graph",
        "failed",
        {
            "Both.enter": "success",
            "Both.branch_1.Film": "failed",
            "Both.exit": "success",
            "Mend": "success",
            "Tell": "failed",
        },
        {
            "Both.enter": {"definition": GRAPH},
            "Both.branch_1.Film": {
                "error": {"Error": "Broken", "Cause": None, "at": AT.isoformat()},
                "input": {"n": 1},
            },
            "Both.exit": left({"Error": "Broken"}, "Mend"),
            "Mend": left({"mended": True}, "Tell"),
            "Tell": {"error": {"Error": "Silent", "Cause": "nobody", "at": AT.isoformat()}, "input": {"mended": True}},
            "result": {"error": {"Error": "Silent", "Cause": "nobody"}},
        },
    )
    view = redrives().read_history("graph", name)
    assert (view.execution.status, view.execution.error, view.execution.cause) == ("FAILED", "Silent", "nobody")
    assert {visit.state: (visit.status, visit.output, visit.error) for visit in view.visits} == {
        "Both": ("caught", {"Error": "Broken"}, None),
        "Film": ("failed", None, "Broken"),
        "Mend": ("succeeded", {"mended": True}, None),
        "Tell": ("failed", None, "Silent"),
    }
    assert "<svg" in view.picture


def test_execution_missing_or_not_begun_is_unknown(run):
    for name in ("nothing", run("graph", "queued")):
        with pytest.raises(ExecutionUnknown):
            redrives().read_history("graph", name)


def test_redrive_of_failed_graph_resumes_at_task_with_uncaught_error(run):
    ended = {
        "Both.enter": "success",
        "Both.branch_1.Film": "failed",
        "Both.exit": "success",
        "Mend": "success",
        "Tell": "failed",
    }
    name = run("graph", "failed", {**ended, "result": "failed"})
    redrives().redrive("graph", name)
    state, tasks = run.states("graph")
    assert state == "queued"
    assert tasks == {**ended, "Tell": None, "result": None}


def test_redrive_of_failed_group_repeats_only_its_failed_tasks(run):
    name = run(
        "graph",
        "failed",
        {"Both.enter": "success", "Both.branch_1.Film": "failed", "Both.exit": "failed", "result": "failed"},
    )
    redrives().redrive("graph", name)
    _, tasks = run.states("graph")
    assert [task for task in TASKS if tasks[task] is None and task not in {"Mend", "Tell"}] == [
        "Both.branch_1.Film",
        "Both.exit",
        "result",
    ]


def test_redrive_of_stopped_graph_runs_all_tasks_without_success(run):
    stopped = {"Both.enter": "success", "Both.branch_1.Film": "failed"} | dict.fromkeys(
        ("Both.exit", "Mend", "Tell", "result"), "skipped"
    )
    name = run("graph", "failed", stopped)
    redrives().redrive("graph", name)
    _, tasks = run.states("graph")
    assert tasks == dict.fromkeys(stopped) | {"Both.enter": "success"}


@pytest.mark.parametrize("state", ["success", "running"])
def test_only_a_failed_execution_goes_on(run, state):
    with pytest.raises(ExecutionNotFailed, match=f"is {state}; only one that has failed"):
        redrives().redrive("graph", run("graph", state))


def test_nobody_goes_on_with_what_is_not_there(tables):
    with pytest.raises(ExecutionUnknown, match="'y' has no execution 'x'"):
        redrives().redrive("y", "x")


def test_an_execution_whose_dag_has_gone_cannot_be_redriven(run, tables):
    from airflow.models import DagModel
    from airflow.utils.session import create_session

    name = run("graph", "failed", tasks={"Tell": "failed"})
    with create_session(scoped=False) as session:
        session.get(DagModel, "state_machine_graph").is_stale = True
    try:
        with pytest.raises(StateMachineUnknown, match="Put the file back"):
            redrives().redrive("graph", name)
    finally:
        with create_session(scoped=False) as session:
            session.get(DagModel, "state_machine_graph").is_stale = False


def test_history_of_task_graph_has_events_from_what_tasks_left(run):
    error = {"Error": "Silent", "Cause": "nobody", "at": AT.isoformat()}
    went = {"next": "Tell", "parcel": {"value": ["f"], "variables": {}, "item": None}}
    filmed = {"next": None, "parcel": {"value": "f", "variables": {}, "item": None}}
    tasks = dict.fromkeys(("Both.enter", "Both.branch_1.Film", "Both.exit"), "success") | {
        "Mend": "skipped",
        "Tell": "failed",
    }
    xcoms = {
        "Both.enter": {"definition": GRAPH, "input": {"n": 1}},
        "Both.branch_1.Film": {"input": {"n": 1}, "transition": filmed},
        "Both.exit": {"input": {"n": 1}, "transition": went},
        "Tell": {"error": error, "input": ["f"]},
        "result": {"error": {"Error": "Silent", "Cause": "nobody"}},
    }
    events = redrives().read_history("graph", run("graph", "failed", tasks, xcoms)).events
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert sorted(event["type"] for event in events if event["type"].endswith(("Entered", "Exited"))) == [
        "ParallelStateEntered",
        "ParallelStateExited",
        "TaskStateEntered",
        "TaskStateEntered",
        "TaskStateExited",
    ]
    assert (events[0]["type"], events[0]["previousEventId"]) == ("ExecutionStarted", 0)
    assert (events[1]["type"], events[1]["input"]) == ("ParallelStateEntered", {"n": 1})
    failed = next(event for event in events if event["type"] == "TaskFailed")
    assert (failed["error"], failed["cause"]) == ("Silent", "nobody")
    assert (events[-1]["type"], events[-1]["error"]) == ("ExecutionFailed", "Silent")
    assert events[-1]["previousEventId"] == failed["id"]


def test_visits_of_stopped_task_graph_are_aborted(run):
    tasks = {"Both.enter": "success", "Both.branch_1.Film": "skipped", "Both.exit": "failed", "Mend": "skipped"}
    xcoms = {
        "Both.enter": {"definition": GRAPH, "input": {"n": 1}},
        "Both.branch_1.Film": {"input": {"n": 1}},
        "result": {"stopped": {"Error": "Enough", "Cause": None}},
    }
    view = redrives().read_history("graph", run("graph", "failed", tasks, xcoms))
    assert {visit.state: (visit.status, visit.input) for visit in view.visits} == {
        "Both": ("aborted", {"n": 1}),
        "Film": ("aborted", {"n": 1}),
    }
    assert (view.events[-1]["type"], view.events[-1]["error"]) == ("ExecutionAborted", "Enough")
