"""The contract with Airflow's supervisor: its messages, its answers, and what becomes of them."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Thread

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import comms, task_runner

from airflow_provider_media.core.submission.errors import QueueMissing
from airflow_provider_media.hooks import runs

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Supervisor:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def send(self, message=None, *, msg=None):
        self.asked.append(message or msg)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def supervisor(monkeypatch):
    def answering(answer):
        one = Supervisor(answer)
        monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", one, raising=False)
        return one

    return answering


def refusal(status, message="no"):
    detail = {"status_code": status, "message": "x", "detail": {"detail": {"reason": "why", "message": message}}}
    return AirflowRuntimeError(error=comms.ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail=detail))


def test_a_run_is_started_with_all_that_makes_it(supervisor):
    airflow = supervisor(comms.OKResponse(ok=True))
    assert runs.start_run("media_vod", "low__1", conf={"source": "s3://in/a.mp4"}, logical_date=NOW)
    (order,) = airflow.asked
    assert isinstance(order, comms.TriggerDagRun)
    assert (order.dag_id, order.run_id, order.conf, order.logical_date) == (
        "media_vod",
        "low__1",
        {"source": "s3://in/a.mp4"},
        NOW,
    )
    assert not order.reset_dag_run


def test_a_run_that_exists_is_no_error(supervisor):
    supervisor(comms.ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS))
    assert not runs.start_run("media_vod", "low__1", conf={})


@pytest.mark.parametrize("status", [400, 404])
def test_start_run_refused_by_airflow_names_dag_and_reason(supervisor, status):
    supervisor(refusal(status, "Dag has import errors"))
    with pytest.raises(QueueMissing, match="media_vod: Dag has import errors"):
        runs.start_run("media_vod", "low__1", conf={})


def test_any_other_failure_is_airflows_own(supervisor):
    supervisor(refusal(500))
    with pytest.raises(AirflowRuntimeError):
        runs.start_run("media_vod", "low__1", conf={})


def test_the_conf_of_a_run_is_found(supervisor):
    run = comms.DagRunResult(
        dag_id="d", run_id="r", logical_date=NOW, data_interval_start=None, data_interval_end=None, run_after=NOW,
        start_date=None,
        end_date=None, run_type="manual", state="queued", conf={"request": "hash"}, consumed_asset_events=[],
        partition_key=None,
    )  # fmt: skip
    supervisor(run)
    assert runs.find_conf("d", "r") == {"request": "hash"}


def test_a_run_that_is_not_there_has_no_conf(supervisor):
    supervisor(refusal(404))
    assert runs.find_conf("d", "r") is None
    supervisor(refusal(500))
    with pytest.raises(AirflowRuntimeError):
        runs.find_conf("d", "r")


def test_runs_and_tasks_are_counted_by_their_states(supervisor):
    airflow = supervisor(comms.DRCount(count=2))
    assert runs.count_runs("d", ("success", "failed"), ["r"]) == 2
    airflow.answer = comms.TICount(count=3)
    assert runs.count_tasks("d", "job", ("null", "scheduled")) == 3
    first, second = airflow.asked
    assert (first.states, first.run_ids) == (["success", "failed"], ["r"])
    assert (second.task_ids, second.states) == (["job"], ["null", "scheduled"])


def test_states_are_those_of_one_run(supervisor):
    supervisor(comms.TaskStatesResult(task_states={"r": {"probe": "success", "encode_0": None}}))
    assert runs.task_states("d", "r") == {"probe": "success", "encode_0": None}
    assert runs.task_states("d", "other") == {}
    supervisor(comms.DagRunStateResult(state="failed"))
    assert runs.find_state("d", "r") == "failed"


def test_what_a_task_has_left_is_pulled(supervisor):
    airflow = supervisor(comms.XComResult(key="error", value={"code": "x"}))
    assert runs.pull("d", "r", "encode", "error", 3) == {"code": "x"}
    assert (airflow.asked[0].task_id, airflow.asked[0].map_index) == ("encode", 3)


def test_triggers_end_tasks_by_events_that_carry_xcoms():
    from airflow.triggers.base import TaskSkippedEvent, TaskSuccessEvent

    for event, state in ((TaskSuccessEvent, "success"), (TaskSkippedEvent, "skipped")):
        one = event(xcoms={"state": "x"})
        assert (one.task_instance_state.value, one.xcoms) == (state, {"state": "x"})


def test_is_paused_tells_paused_dag_and_false_for_missing_dag(supervisor):
    unknown = dict.fromkeys(("bundle_name", "bundle_version", "relative_fileloc", "owners", "next_dagrun"))
    airflow = supervisor(comms.DagResult(dag_id="d", is_paused=True, tags=[], **unknown))
    assert runs.is_paused("d")
    assert airflow.asked[0].dag_id == "d"
    supervisor(refusal(404))
    assert not runs.is_paused("d")
    supervisor(refusal(500))
    with pytest.raises(AirflowRuntimeError):
        runs.is_paused("d")


def test_runs_without_supervisor_understand_server_errors_of_dag_test(supervisor):
    import httpx
    from airflow.sdk.api.client import ServerResponseError

    def refused(status):
        request = httpx.Request("GET", "http://api/")
        return ServerResponseError("no", request=request, response=httpx.Response(status, request=request))

    supervisor(refused(404))
    assert (runs.find_conf("d", "r"), runs.is_paused("d")) == (None, False)
    with pytest.raises(QueueMissing):
        runs.start_run("d", "r", conf={})
    supervisor(refused(500))
    with pytest.raises(ServerResponseError):
        runs.find_conf("d", "r")


def test_supervisor_answers_each_thread_with_what_it_asked_for(monkeypatch):
    """Calls of a durable execution are made in threads, and some of them start runs or ask for connections."""
    ours, theirs = socket.socketpair()
    supervisor = Thread(target=_supervise, args=(theirs,))
    with ours, theirs:
        monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", comms.CommsDecoder(socket=ours), raising=False)
        assert runs.takes_threads()
        supervisor.start()
        names = [f"run_{number}" for number in range(200)]
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda name: runs.find_conf("d", name), names))
        ours.shutdown(socket.SHUT_WR)
        supervisor.join(10)
    assert found == [{"asked": name} for name in names]


def _supervise(connection):
    """Answer each request for a run with its own name."""
    decode = comms.msgspec.msgpack.Decoder(comms._RequestFrame).decode
    with connection.makefile("rb") as requests:
        while size := requests.read(4):
            frame = decode(requests.read(int.from_bytes(size, "big")))
            run = {"dag_id": "d", "run_id": frame.body["run_id"], "conf": {"asked": frame.body["run_id"]}}
            more = {
                "run_after": NOW,
                "run_type": "manual",
                "state": "running",
                "consumed_asset_events": [],
                "start_date": NOW,
            }
            none = dict.fromkeys(
                ("data_interval_start", "data_interval_end", "end_date", "partition_key", "logical_date")
            )
            body = {"type": "DagRunResult", **run, **more, **none}
            connection.sendall(comms._ResponseFrame(id=frame.id, body=body).as_bytes())


def test_dag_test_answers_one_thread_at_a_time(supervisor, monkeypatch):
    from airflow.sdk.execution_time.supervisor import InProcessSupervisorComms

    assert not issubclass(InProcessSupervisorComms, comms.CommsDecoder)
    supervisor(None)
    assert not runs.takes_threads()
    monkeypatch.delattr(task_runner, "SUPERVISOR_COMMS")
    assert not runs.takes_threads()


def test_is_test_knows_the_supervisor_of_airflows_test_commands(monkeypatch):
    from airflow.sdk.execution_time.supervisor import InProcessSupervisorComms

    assert not runs.is_test()
    monkeypatch.setattr(
        task_runner, "SUPERVISOR_COMMS", InProcessSupervisorComms.__new__(InProcessSupervisorComms), raising=False
    )
    assert runs.is_test()


@pytest.mark.parametrize(
    ("name", "task"),
    [("encode_3", ("encode", 3)), ("encode", ("encode", -1)), ("my_task", ("my_task", -1)), ("_3", ("_3", -1))],
)
def test_task_of_takes_map_index_after_last_underscore(name, task):
    assert runs.task_of(name) == task
