"""An execution in one task: what it keeps, what it starts apart, and how it ends; with Airflow's part pretended."""

import datetime as dt
import re

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.airflow_contract.xcom import DEFINITION
from airflow_provider_media.core.dag_ids import STATE_TASK, STATE_WAIT
from airflow_provider_media.core.statelang import StartTask, TaskFailed
from airflow_provider_media.hooks.signing import sign
from airflow_provider_media.state_machines.native.execution import MachineExecutionOperator
from airflow_provider_media.state_machines.native.passing import Place
from airflow_provider_media.state_machines.native.state import StateOperator
from airflow_provider_media.state_machines.resources import child_run_task
from airflow_provider_media.state_machines.resources.child_run_task import ChildRuns, ChildRunTaskOperator, dag_of
from tests.task_contexts import task_context

RUN_ID = re.compile(r"[A-Za-z0-9_.~:+-]{1,250}")


def context(conf=None, clears=0, run_id="manual__2026-11-26T09:00:00+00:00", dag_id="state_machine_cut"):
    return task_context(dag_id, run_id, conf=conf or {}, clear_number=clears, task_id="result")


def state_task(resource="media:cut", **more):
    return {"Type": "Task", "Resource": resource, **more}


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def operator(definition, call=lambda *_: None, **more):
    return MachineExecutionOperator(task_id="result", definition=definition, call=call, **more)


@pytest.fixture
def airflow(monkeypatch):
    """Runs by DAG and id: their conf, state and answer."""
    there = {}

    def start_run(dag_id, run_id, *, conf, **_):
        assert RUN_ID.fullmatch(run_id), run_id
        return there.setdefault((dag_id, run_id), {"conf": conf, "state": "running", "answer": None}) is None

    def count(dag_id, states, run_ids):
        found = [there.get((dag_id, run)) for run in run_ids]
        return sum(run is not None and (not states or run["state"] in states) for run in found)

    monkeypatch.setattr(child_run_task.runs, "start_run", start_run)
    monkeypatch.setattr(
        child_run_task.runs, "pull", lambda dag_id, run_id, task_id, key: there[dag_id, run_id]["answer"]
    )
    monkeypatch.setattr(child_run_task, "Ends", lambda: apart_ends(count))
    return there


def apart_ends(count):
    from airflow_provider_media.triggers.ends import Ends

    return Ends(count=count)


def test_child_runs_are_for_media_and_waits_not_plain_calls():
    assert dag_of("media:transcode") == STATE_TASK
    assert dag_of("media:approval") == STATE_WAIT
    assert dag_of("arn:aws:states:::sqs:sendMessage.waitForTaskToken") == STATE_WAIT
    assert dag_of("arn:aws:states:::lambda:invoke") is None


def test_child_run_names_are_readable_and_unique_to_one_task():
    def name(dag_id="state_machine_cut", run_id="manual__1", task="/Scenes[3]/Cut it!@2#1", redrives=0):
        apart_runs = ChildRuns(context=context(dag_id=dag_id, run_id=run_id), where=dag_of)
        return apart_runs.name(StartTask(id=task, resource="media:cut", arguments={}, context={}), redrives)

    told = name()
    assert told.startswith("media_state_task/cut~manual__1~Scenes.3.Cut.it.2.1~")
    assert told == name()
    others = [name(dag_id="state_machine_b"), name(run_id="2"), name(task="/Scenes[3]/Cut it!@2#2"), name(redrives=1)]
    assert len({told, *others}) == 5
    long = name(dag_id="state_machine_" + "m" * 200, run_id="r" * 250, task="/" + "ü..x" * 90)
    assert RUN_ID.fullmatch(long.partition("/")[2])
    assert ".." not in long


def test_execution_waits_for_its_child_runs_and_resumes_with_results(airflow):
    definition = machine(Cut=state_task(Parameters={"at.$": "$.at"}, Next="Pack"), Pack={"Type": "Pass", "End": True})
    here = context({"at": 3})
    with pytest.raises(TaskDeferred) as deferred:
        operator(definition).execute(here)
    assert deferred.value.method_name == "resume"
    ((dag_id, run_id), run), *none = airflow.items()
    assert (dag_id, none, deferred.value.trigger.runs) == (STATE_TASK, [], [f"{dag_id}/{run_id}"])
    assert run["conf"]["request"]["arguments"] == {"at": 3}
    assert run["conf"]["execution"] == {"dag_id": "state_machine_cut", "run_id": here["run_id"], "task_id": "result"}
    with pytest.raises(TaskDeferred):
        operator(definition).resume(here)
    assert len(airflow) == 1
    run |= {"state": "success", "answer": {"output": {"file": "a"}}}
    assert operator(definition).resume(here) == {"file": "a"}


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ({"state": "failed", "answer": {"Error": "encode_failed", "Cause": "no"}}, "encode_failed"),
        ({"state": "failed", "answer": None}, "States.TaskFailed"),
    ],
)
def test_a_run_apart_that_fails_fails_its_state(airflow, end, error):
    here = context()
    with pytest.raises(TaskDeferred):
        operator(machine(Cut=state_task(End=True))).execute(here)
    next(iter(airflow.values())).update(end)
    with pytest.raises(AirflowFailException, match=f"FAILED: {error}"):
        operator(machine(Cut=state_task(End=True))).resume(here)
    assert here["ti"].xcoms["error"]["Error"] == error


def test_a_run_apart_that_somebody_has_deleted_fails_its_state(airflow):
    here = context()
    with pytest.raises(TaskDeferred):
        operator(machine(Cut=state_task(End=True))).execute(here)
    ((dag_id, run_id),) = airflow
    del airflow[dag_id, run_id]
    airflow["other", "run"] = {"conf": {}, "state": "running", "answer": None}
    monkey = ChildRuns(context=here, where=dag_of)
    assert monkey.ended([f"{dag_id}/{run_id}"]) == {f"{dag_id}/{run_id}"}


def test_unforeseen_error_fails_task_and_can_be_caught(airflow):
    def call(*_):
        raise KeyError("connection")

    definition = machine(
        Look=state_task("r:look", Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "Tell"}], End=True),
        Tell={"Type": "Pass", "End": True},
    )
    assert operator(definition, call).execute(context()) == {
        "Error": "States.TaskFailed",
        "Cause": "KeyError: 'connection'",
    }


def test_machine_over_its_timeout_ends_with_status_timed_out(airflow):
    definition = {**machine(Wait={"Type": "Wait", "Seconds": 9, "End": True}), "TimeoutSeconds": 1}
    here = context()
    here["dag_run"].start_date = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    with pytest.raises(AirflowFailException, match="TIMED_OUT"):
        operator(definition).execute(here)
    assert here["ti"].xcoms["error"] == {"Error": None, "Cause": None, "Status": "TIMED_OUT"}


def test_clearing_failed_execution_resumes_it_with_its_own_definition(airflow):
    done = []

    def call(resource, arguments, about, invocation):
        done.append(about["State"]["Name"])
        if about["State"]["Name"] == "Second" and done.count("Second") == 1:
            raise TaskFailed("Broken")
        return {"redrives": about["Execution"]["RedriveCount"]}

    here = context()
    definition = machine(First=state_task("r:one", Next="Second"), Second=state_task("r:two", End=True))
    with pytest.raises(AirflowFailException):
        operator(definition, call).execute(here)
    with pytest.raises(AirflowFailException):
        operator(definition, call).execute(here)
    assert done == ["First", "Second"], "an attempt after a lost worker is no redrive"
    here["dag_run"].clear_number = 1
    assert operator(machine(Other={"Type": "Fail"}), call).execute(here) == {"redrives": 1}
    assert done == ["First", "Second", "Second"]


def test_the_link_to_its_page_is_there_while_it_runs(airflow):
    here = context()
    with pytest.raises(TaskDeferred):
        operator(machine(Cut=state_task(End=True))).execute(here)
    address = "/media/v1/state-machines/cut/executions/manual__2026-11-26T09%3A00%3A00%2B00%3A00/page"
    assert here["ti"].xcoms["_link_ExecutionLink"] == address


ORDER = {
    "resource": "media:cut",
    "arguments": {"at": 3},
    "context": {},
    "timeout_seconds": None,
    "heartbeat_seconds": None,
}
ASKED = {
    "request": ORDER,
    "execution": {"dag_id": "d", "run_id": "r", "task_id": "result"},
    "task": "/Cut@1#1",
    "connection": "aws_default",
}


@pytest.fixture
def wanted(monkeypatch):
    answers = {"wanted": True}
    monkeypatch.setattr(child_run_task, "is_awaited", lambda **_: answers["wanted"])
    return answers


def doing(call, asked=ASKED):
    from airflow.sdk import DAG

    here = context(asked, dag_id=STATE_TASK)
    here["dag_run"].conf = sign(asked, dag_id=STATE_TASK, run_id=here["run_id"])
    with DAG(STATE_TASK, schedule=None):
        task = ChildRunTaskOperator(task_id="task", call=call)
    return task, here


def test_a_task_apart_answers_with_its_output(wanted):
    task, here = doing(lambda resource, arguments, about, invocation: {"file": arguments["at"]})
    assert task.execute(here) == {"file": 3}
    assert here["ti"].xcoms["answer"] == {"output": {"file": 3}}


def test_a_task_apart_that_fails_says_with_what(wanted):
    def call(*_):
        raise TaskFailed("source_damaged", "it is")

    task, here = doing(call)
    with pytest.raises(AirflowFailException, match="source_damaged: it is"):
        task.execute(here)
    assert here["ti"].xcoms["answer"] == {"Error": "source_damaged", "Cause": "it is"}


def test_a_task_apart_that_nobody_waits_for_does_not_begin(wanted):
    wanted["wanted"] = False
    task, here = doing(lambda *_: pytest.fail("it began"))
    with pytest.raises(AirflowFailException, match="does not wait for this task any more"):
        task.execute(here)


def test_child_run_task_sees_cancellation_while_it_works(wanted, monkeypatch):
    monkeypatch.setattr(child_run_task, "LOOK_SECONDS", 0.0)

    def call(resource, arguments, about, invocation):
        assert not invocation.cancelled()
        wanted["wanted"] = False
        assert invocation.cancelled()

    task, here = doing(call)
    task.execute(here)


def test_an_api_server_that_does_not_answer_ends_no_work(monkeypatch):
    def away(**_):
        raise ConnectionError

    monkeypatch.setattr(child_run_task, "is_awaited", away)
    task, here = doing(lambda resource, arguments, about, invocation: invocation.cancelled())
    assert task.execute(here) is False


def test_waiting_child_run_task_passes_own_token_and_watches_execution(wanted, monkeypatch):
    from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

    seen = []

    def perform(operator, request, invocation, *, call, event):
        seen.append(request)
        operator.defer(trigger=TimeDeltaTrigger(dt.timedelta(seconds=1)), method_name="answered")

    monkeypatch.setattr(child_run_task, "perform", perform)
    monkeypatch.setattr(child_run_task, "token_here", lambda attempt: f"token-{attempt}")
    said = {"arguments": {"text": "answer with arn:x/Ask@1#1 please"}, "context": {"Task": {"Token": "arn:x/Ask@1#1"}}}
    request = {**ORDER, **said, "resource": "test:ask.waitForTaskToken"}
    task, here = doing(None, {**ASKED, "request": request})
    with pytest.raises(TaskDeferred) as deferred:
        task.execute(here)
    assert deferred.value.trigger.serialize()[1]["execution"] == ASKED["execution"]
    assert (seen[0].arguments, seen[0].context) == (
        {"text": "answer with token-1 please"},
        {"Task": {"Token": "token-1"}},
    )


@pytest.mark.parametrize("conf", [None, {}, ASKED, {**ASKED, "signature": "v1=0"}, {"request": 3}])
def test_task_apart_of_an_unsigned_run_uses_no_connection(wanted, conf):
    done = []
    task, here = doing(lambda *_: done.append(1))
    here["dag_run"].conf = conf
    with pytest.raises(AirflowFailException, match="conf_untrusted: This run does nothing"):
        task.execute(here)
    assert done == []


def test_graph_keeps_its_first_definition_over_waits_and_clears():
    here = context()
    first = machine(A={"Type": "Pass", "End": True})
    for now in (first, machine(A={"Type": "Fail"})):
        StateOperator(task_id="A", place=Place(state="A", first="A"), freezes=now).execute(here)
        assert here["ti"].xcoms[DEFINITION] == first
        here["ti"].xcoms.clear()


def test_state_of_task_graph_sees_redrive_count_of_its_run():
    counts = machine(A={"Type": "Pass", "Parameters": {"redrives.$": "$$.Execution.RedriveCount"}, "End": True})
    for clears in (0, 2):
        assert StateOperator(task_id="A", place=Place(state="A", first="A"), freezes=counts).execute(
            context(clears=clears)
        ) == {"redrives": clears}
