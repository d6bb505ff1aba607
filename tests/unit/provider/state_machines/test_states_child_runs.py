"""What tasks start and wait for: executions, workflows and jobs, told by name and by what came of them."""

import json
from types import SimpleNamespace

import pytest

from airflow_provider_media.airflow_contract.records import WaitRecord
from airflow_provider_media.core.accounts.errors import LocationForbidden
from airflow_provider_media.core.dag_ids import STATE_STOP
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.submission.errors import QueueMissing, WorkflowPaused
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.signing import is_signed
from airflow_provider_media.state_machines.resources import media_workflow, start_execution
from airflow_provider_media.state_machines.resources.integrations import invoke, objection
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from airflow_provider_media.state_machines.waits import child_run_waits, waits
from airflow_provider_media.state_machines.waits.child_run_waits import MediaConvertWait, RunWait
from airflow_provider_media.state_machines.waits.tokens import TokenWait

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


class Runs:
    """Airflow's runs, in memory."""

    def __init__(self):
        self.confs, self.states, self.left, self.tasks, self.paused = {}, {}, {}, {}, set()

    def is_paused(self, dag_id):
        return dag_id in self.paused

    def start_run(self, dag_id, run_id, *, conf, **_):
        new = (dag_id, run_id) not in self.confs
        self.confs.setdefault((dag_id, run_id), conf)
        return new

    def find_conf(self, dag_id, run_id):
        return self.confs.get((dag_id, run_id))

    def count_runs(self, dag_id, states, run_ids):
        return sum(self.states.get((dag_id, run_id), "running") in states for run_id in run_ids)

    def pull(self, dag_id, run_id, task_id, key, map_index=-1):
        return self.left.get((task_id, key, map_index))

    def task_states(self, dag_id, run_id):
        return self.tasks


@pytest.fixture
def runs(tmp_path, monkeypatch):
    one = Runs()
    (tmp_path / "child.json").write_text(json.dumps(PASS))
    monkeypatch.setattr(settings, "state_machines_folder", lambda: tmp_path)
    for module in (start_execution, media_workflow):
        monkeypatch.setattr(module, "runs", one)
    return one


@pytest.mark.parametrize(
    "arn",
    [
        "child",
        "arn:aws:states:eu-west-1:123456789012:stateMachine:child",
        f"{start_execution.ARN}:stateMachine:state_machine_child",
    ],
)
def test_state_machine_is_named_by_end_of_its_arn(runs, arn):
    run = start_execution.started({"StateMachineArn": arn, "Input": '{"a": 1}', "Name": "one"}, "key")
    assert (run["dag_id"], run["run_id"]) == ("state_machine_child", "one")
    assert runs.confs == {("state_machine_child", "one"): {"a": 1}}


def test_execution_starts_once_per_key_and_again_for_another_key(runs):
    asked = {"StateMachineArn": "child", "Input": {"a": 1}}
    names = [start_execution.started(asked, key)["run_id"] for key in ("k#0", "k#0", "k#1")]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"StateMachineArn": "other"}, "StepFunctions.StateMachineDoesNotExistException"),
        ({}, "StepFunctions.StateMachineDoesNotExistException"),
        ({"StateMachineArn": "child", "Input": "[1]"}, "StepFunctions.InvalidExecutionInputException"),
        ({"StateMachineArn": "child", "Input": "{"}, "StepFunctions.InvalidExecutionInputException"),
        (
            {"StateMachineArn": "child", "Name": "taken", "Input": {"b": 2}},
            "StepFunctions.ExecutionAlreadyExistsException",
        ),
    ],
)
def test_execution_start_failure_has_error_name_of_service(runs, asked, error):
    runs.confs["state_machine_child", "taken"] = {"a": 1}
    with pytest.raises(TaskFailed) as failed:
        start_execution.started(asked, "key")
    assert failed.value.error == error


def test_without_sync_a_machine_of_ours_is_started_here(runs):
    told = invoke(
        "arn:aws:states:::states:startExecution",
        {"StateMachineArn": "child", "Name": "one"},
        {},
        InvocationContext(id="x"),
    )
    assert told["ExecutionArn"].endswith(":execution:state_machine_child:one")
    assert ("state_machine_child", "one") in runs.confs


def test_output_is_text_for_sync_and_json_for_sync_2(runs):
    run = start_execution.started({"StateMachineArn": "child", "Name": "one", "Input": {"a": 1}}, "key")
    runs.states["state_machine_child", "one"] = "success"
    runs.left["result", "return_value", -1] = {"b": 2}
    text, value = (start_execution.ended(run, as_text=form) for form in (True, False))
    assert (text["Output"], text["Input"], text["Status"], text["Name"]) == ('{"b": 2}', '{"a": 1}', "SUCCEEDED", "one")
    assert (value["Output"], value["Input"]) == ({"b": 2}, {"a": 1})


def test_failed_child_execution_fails_task_with_its_description_as_cause(runs):
    run = start_execution.started({"StateMachineArn": "child", "Name": "one"}, "key")
    runs.left["result", "error", -1] = {"Error": "Bad", "Cause": None}
    with pytest.raises(TaskFailed) as failed:
        start_execution.ended(run, as_text=False)
    told = json.loads(failed.value.cause)
    assert (failed.value.error, told["Error"], told["Status"], told["Name"]) == (
        "States.TaskFailed",
        "Bad",
        "FAILED",
        "one",
    )
    assert "Cause" not in told


@pytest.fixture
def vod(monkeypatch, tmp_path):
    for name in ("workflows_folder", "presets_folder"):
        monkeypatch.setattr(settings, name, lambda: tmp_path / "workflows")
    monkeypatch.setattr(settings, "queues_file", lambda: tmp_path / "queues.yaml")
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "vod.yaml").write_text("name: vod\noutputs: {facts: {kind: probe_report}}\n")
    (tmp_path / "queues.yaml").write_text('accounts: {default: {sources: ["s3://in/"]}}\n')


def test_workflow_of_task_starts_run_with_signed_conf(runs, vod):
    run = media_workflow.started({"workflow": "vod", "source": "s3://in/a.mp4", "output": "s3://out"}, "key")
    conf = runs.confs[run["dag_id"], run["run_id"]]
    assert (run["dag_id"], conf["source"], conf["output"]) == ("media_vod", "s3://in/a.mp4", "s3://out/")
    assert is_signed(conf, **run)


def test_workflow_of_task_is_refused_while_paused_unless_run_exists(runs, vod):
    wanted = {"workflow": "vod", "source": "s3://in/a.mp4", "output": "s3://out"}
    run = media_workflow.started(wanted, "key")
    runs.paused.add("media_vod")
    assert media_workflow.started(wanted, "key") == run
    with pytest.raises(WorkflowPaused, match="The workflow 'vod' is paused"):
        media_workflow.started(wanted, "another key")


def test_workflow_of_task_is_refused_source_outside_its_account(runs, vod):
    with pytest.raises(LocationForbidden, match="may not use 's3://other"):
        media_workflow.started({"workflow": "vod", "source": "s3://other/a.mp4"}, "key")
    assert runs.confs == {}


def test_failed_workflow_fails_task_with_code_of_first_error(runs):
    runs.tasks = {"probe": "success", "encode_2": "failed", "publish": "upstream_failed"}
    runs.left["encode", "error", 2] = {"code": "encode_stalled", "message": "No progress."}
    with pytest.raises(TaskFailed) as failed:
        media_workflow.ended({"dag_id": "media_vod", "run_id": "r"})
    assert (failed.value.error, failed.value.cause) == ("encode_stalled", "No progress.")


def test_a_workflow_that_somebody_ended_was_cancelled(runs):
    runs.tasks = {"probe": "skipped"}
    with pytest.raises(TaskFailed) as failed:
        media_workflow.ended({"dag_id": "media_vod", "run_id": "r"})
    assert failed.value.error == "cancelled"


def test_a_workflows_result_is_what_it_published(runs):
    runs.states["media_vod", "r"] = "success"
    runs.left["publish", "return_value", -1] = {"manifest": "s3://out/manifest.json"}
    assert media_workflow.ended({"dag_id": "media_vod", "run_id": "r"}) == {"manifest": "s3://out/manifest.json"}


@pytest.mark.parametrize(
    "asked", [{}, {"workflow": "vod"}, {"workflow": "vod", "source": "s3://a/b", "priority": "low"}, []]
)
def test_a_workflow_wants_its_name_and_a_source(runs, asked):
    with pytest.raises(ConfigurationError):
        media_workflow.started(asked, "key")


ABOUT = {"dag_id": "state_machine_child", "run_id": "c", "input": {}}


@pytest.fixture
def late(runs, monkeypatch):
    """The end of a wait for which time was up."""
    monkeypatch.setattr(child_run_waits, "runs", runs)
    monkeypatch.setattr(
        child_run_waits, "pull_wait", lambda: WaitRecord(since="2026-11-26T10:00:00+00:00", about=ABOUT)
    )
    asked = SimpleNamespace(request=SimpleNamespace(timeout_seconds=60))
    return lambda: waits.wait_of("media:workflow").end(asked, {"late": "timeout"})


def test_a_run_for_which_time_was_up_is_ended(runs, late):
    with pytest.raises(StateError, match=r"States\.Timeout"):
        late()
    ((dag_id, _),) = runs.confs
    assert (dag_id, runs.confs.popitem()[1]) == (STATE_STOP, {"dag_id": "state_machine_child", "run_id": "c"})


def test_state_times_out_although_its_child_run_cannot_be_stopped(runs, late, monkeypatch):
    def missing(dag_id, run_id, **_):
        raise QueueMissing("Airflow starts no run of the DAG", dag_id=dag_id)

    monkeypatch.setattr(runs, "start_run", missing)
    with pytest.raises(StateError, match=r"States\.Timeout"):
        late()


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        ("arn:aws:states:::states:startExecution.sync", RunWait),
        ("arn:aws:states:::states:startExecution.sync:2", RunWait),
        ("arn:aws:states:::mediaconvert:createJob.sync", MediaConvertWait),
        ("media:workflow", RunWait),
        ("media:ingest.sync", RunWait),
        ("arn:aws:states:eu-west-1:1:activity:subtitles", TokenWait),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", TokenWait),
    ],
)
def test_what_is_waited_for_can_be_a_resource(resource, kind):
    assert isinstance(waits.wait_of(resource), kind)
    assert objection(resource) is None


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::batch:submitJob.sync",
        "arn:aws:states:::mediaconvert:createJob.sync:2",
        "media:probe.sync",
        "arn:aws:states:eu-west-1:1:activity:with a blank",
    ],
)
def test_other_waits_are_refused(resource):
    assert waits.wait_of(resource) is None
    assert objection(resource)


def test_a_job_can_be_submitted_without_being_waited_for():
    assert objection("media:ingest") is None
