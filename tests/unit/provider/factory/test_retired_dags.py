"""DAGs whose files are gone, as the DAG processor and workers make them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import ErrorType
from airflow.sdk.execution_time import comms, task_runner

from airflow_provider_media.core.submission.errors import WorkflowUnknown
from airflow_provider_media.core.workflows import dag_record
from airflow_provider_media.factory import dags_from_workflows
from airflow_provider_media.factory.retired_machines import has_other_tasks
from airflow_provider_media.factory.retirement import record_key
from airflow_provider_media.factory.state_machines import dags_from_state_machines
from airflow_provider_media.hooks import dag_records
from airflow_provider_media.hooks.catalogue import load_workflows
from airflow_provider_media.operators.job_stages import check_not_retired

WORKFLOW = "name: {name}\npool: gpu\noutputs:\n  poster: {{kind: snapshots, at: [1]}}\nnotifications: [{{url: 'https://hooks.test/s3cret'}}]\n"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


class Supervisor:
    """Airflow's answers to a parser of DAG files, over its Variables, runs and tasks."""

    def __init__(self):
        self.variables = {}
        self.written = []
        self.jobs = []
        """Workflows of unfinished jobs in the queue of normal jobs, the latest first."""
        self.tasks = {}
        """States of the last task of each run, by DAG."""

    def send(self, message):
        if isinstance(message, comms.GetVariable):
            if message.key in self.variables:
                return comms.VariableResult(key=message.key, value=self.variables[message.key])
            return comms.ErrorResponse(error=ErrorType.VARIABLE_NOT_FOUND, detail={"key": message.key})
        if isinstance(message, comms.PutVariable):
            self.written.append(message.key)
            self.variables[message.key] = message.value
            return comms.OKResponse(ok=True)
        if isinstance(message, comms.GetPreviousDagRun):
            return SimpleNamespace(dag_run=self.run(message))
        assert isinstance(message, comms.GetTaskStates)
        states = self.tasks.get(message.dag_id, [])
        return comms.TaskStatesResult(
            task_states={str(number): {message.task_ids[0]: state} for number, state in enumerate(states)}
        )

    def run(self, message):
        if message.dag_id != "media_ingest_normal" or message.state != "running":
            return None
        runs = [(NOW - timedelta(minutes=number), workflow) for number, workflow in enumerate(self.jobs)]
        found = next(((date, workflow) for date, workflow in runs if date < message.logical_date), None)
        return found and SimpleNamespace(logical_date=found[0], conf={"workflow": {"workflow": {"name": found[1]}}})


@pytest.fixture
def airflow(monkeypatch):
    supervisor = Supervisor()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    return supervisor


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
    monkeypatch.setattr(dag_record, "GRACE", timedelta(0))


@pytest.fixture
def folder(monkeypatch, tmp_path):
    for name in ("workflows", "state_machines", "presets"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{name.upper()}_FOLDER", str(tmp_path / name))
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yaml"))
    monkeypatch.setenv("AIRFLOW__MEDIA__CACHE_DIRECTORY", str(tmp_path / "cache"))
    return tmp_path


def write(folder, name):
    path = folder / "workflows" / f"{name}.yaml"
    path.write_text(WORKFLOW.format(name=name))
    return path


def task_of(monkeypatch, dag_id):
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", dag_id)


def test_record_is_written_once_per_change(folder, airflow):
    path = write(folder, "one")
    for _ in range(3):
        assert list(dags_from_workflows()) == ["media_one"]
    assert airflow.written == [dag_records.WORKFLOWS]
    path.write_text(path.read_text().replace("at: [1]", "at: [2]"))
    dags_from_workflows()
    assert len(airflow.written) == 2


def test_record_holds_no_urls_of_notifications(folder, airflow):
    write(folder, "one")
    dags_from_workflows()
    record = dag_records.read_record(dag_records.WORKFLOWS).record
    assert "s3cret" not in json.dumps(record.sources["one"].content)


@pytest.mark.parametrize("how", ["unlink", "break"])
def test_dag_of_missing_file_is_kept_while_job_is_unfinished(folder, airflow, how):
    path = write(folder, "one")
    write(folder, "other")
    dags_from_workflows()
    path.unlink() if how == "unlink" else path.write_text("{{{")
    airflow.jobs = ["other", "other", "one"]
    retired = dags_from_workflows()["media_one"]
    assert "retired" in retired.tags
    assert retired.description.startswith("Retired: ")
    assert {task.pool for task in retired.tasks} == {"gpu"}
    airflow.jobs = ["other"]
    assert list(dags_from_workflows()) == ["media_other"]
    # It is not asked for again.
    airflow.jobs = ["one"]
    assert list(dags_from_workflows()) == ["media_other"]


def test_dag_of_missing_file_is_kept_while_jobless_run_unfinished(folder, airflow):
    path = write(folder, "one")
    dags_from_workflows()
    path.unlink()
    airflow.tasks = {"media_one": ["success", None]}
    assert list(dags_from_workflows()) == ["media_one"]
    airflow.tasks = {"media_one": ["success", "upstream_failed"]}
    assert dags_from_workflows() == {}


def test_dags_of_missing_files_are_kept_when_accounts_are_unreadable(folder, airflow):
    path = write(folder, "one")
    dags_from_workflows()
    path.unlink()
    (folder / "queues.yaml").write_text("{{{")
    assert list(dags_from_workflows()) == ["media_one"]


def test_dag_of_a_restored_workflow_is_made_for_its_job(folder, airflow):
    write(folder, "one")
    frozen = load_workflows().workflows["one"]
    (folder / "workflows" / "one.yaml").unlink()
    dag_records.restore_workflow(frozen)
    airflow.jobs = ["one"]
    assert "retired" in dags_from_workflows()["media_one"].tags


def test_record_that_somebody_else_has_written_counts_for_nothing(folder, airflow):
    path = write(folder, "one")
    dags_from_workflows()
    airflow.jobs = ["one"]
    path.unlink()
    forged = json.loads(airflow.variables[dag_records.WORKFLOWS]) | {"digest": "x"}
    airflow.variables[dag_records.WORKFLOWS] = json.dumps(forged)
    assert dags_from_workflows() == {}


def test_sound_dags_are_made_where_the_record_cannot_be_read(folder, monkeypatch):
    class Broken:
        def send(self, message):
            raise OSError("no answer")

    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Broken(), raising=False)
    write(folder, "one")
    assert list(dags_from_workflows()) == ["media_one"]


def test_a_task_gets_its_dag_without_a_file(folder, airflow, monkeypatch):
    path = write(folder, "one")
    dags_from_workflows()
    path.unlink()
    task_of(monkeypatch, "media_one")
    assert {task.pool for task in dags_from_workflows()["media_one"].tasks} == {"gpu"}


def test_a_task_gets_its_dag_without_file_or_record(folder, airflow, monkeypatch):
    task_of(monkeypatch, "media_one")
    assert [task.task_id for task in dags_from_workflows()["media_one"].tasks] == [
        "probe",
        "plan",
        "encode",
        "package",
        "publish",
    ]


@pytest.mark.parametrize(
    "dag_id", ["media_ingest_normal", "media_ingest_low__acme", "media_arrivals", "media_announce", "elsewhere"]
)
def test_task_of_another_files_dag_finds_no_workflow_instead(folder, airflow, monkeypatch, dag_id):
    task_of(monkeypatch, dag_id)
    assert dag_id not in dags_from_workflows()


def test_manual_run_of_workflow_started_after_retirement_is_refused():
    check_not_retired("one", NOW, NOW - timedelta(seconds=1))
    with pytest.raises(WorkflowUnknown, match="Put a sound file back"):
        check_not_retired("one", NOW, NOW + timedelta(seconds=1))


def test_record_key_with_own_folder_is_shared_by_bundle_versions():
    assert record_key("x", None) == "x"
    paths = ["/b/one/tracking_repo/in", "/b/one/versions/a1b2/in", "/b/two/versions/a1b2/in"]
    first, second, third = (record_key("x", Path(path)) for path in paths)
    assert first == second != third


def machine(*states):
    ways = dict(zip(states, [*states[1:], None], strict=True))
    made = {state: {"Type": "Pass", **({"Next": after} if after else {"End": True})} for state, after in ways.items()}
    return {"StartAt": states[0], "States": made}


def write_machine(folder, name, definition):
    path = folder / "state_machines" / f"{name}.json"
    path.write_text(json.dumps(definition))
    return path


def test_dag_of_missing_machine_is_kept_while_execution_is_unfinished(folder, airflow, monkeypatch):
    path = write_machine(folder, "one", machine("A", "B"))
    path.with_suffix(".yaml").write_text("connection: mine\nschedule: '@daily'\n")
    dags_from_state_machines()
    path.unlink()
    airflow.tasks = {"state_machine_one": [None]}
    retired = dags_from_state_machines()["state_machine_one"]
    assert ({"A", "B", "result"}, None) == ({task.task_id for task in retired.tasks}, retired.schedule)
    assert "retired" in retired.tags
    with monkeypatch.context() as worker:
        task_of(worker, "state_machine_one")
        assert "retired" in dags_from_state_machines()["state_machine_one"].tags
    airflow.tasks = {}
    assert dags_from_state_machines() == {}


def test_dag_of_replaced_machine_keeps_earlier_tasks_while_execution_unfinished(folder, airflow, monkeypatch):
    write_machine(folder, "one", machine("A", "B"))
    dags_from_state_machines()
    write_machine(folder, "one", machine("C"))
    with monkeypatch.context() as worker:
        # Until the DAG processor has read the file, workers know what it knows.
        task_of(worker, "state_machine_one")
        assert "A" in dags_from_state_machines()["state_machine_one"].task_ids
    airflow.tasks = {"state_machine_one": ["running"]}
    dag = dags_from_state_machines()["state_machine_one"]
    assert set(dag.task_ids) == {"A", "B", "result"}
    assert dag.get_task("result").definition == machine("C")
    assert dag.get_task("A").replaced_at == dag.get_task("result").replaced_at
    airflow.tasks = {}
    assert set(dags_from_state_machines()["state_machine_one"].task_ids) == {"C", "result"}


@pytest.mark.parametrize(
    ("before", "now", "other"),
    [
        (("standard", machine("A", "B")), ("standard", machine("A", "B")), False),
        (("standard", machine("A", "B")), ("standard", machine("A")), True),
        (("standard", machine("A")), ("express", machine("A")), True),
        (("express", machine("A")), ("express", machine("B")), False),
    ],
)
def test_has_other_tasks_compares_the_tasks_of_two_contents(before, now, other):
    contents = [{"settings": {"type": kind}, "definition": definition} for kind, definition in (before, now)]
    assert has_other_tasks(*contents) == other
