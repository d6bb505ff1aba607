import runpy
import sys
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.factory import (
    arrivals_dag,
    dags_from_workflows,
    loader,
    raise_workflow_errors,
    scheduled_dags,
    uploads_dag,
)
from airflow_provider_media.factory.workflow import workflow_dag

ROOT = Path(__file__).parents[4]
GOOD = "name: {name}\noutputs:\n  poster: {{kind: snapshots, at: [1]}}\n"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORKFLOWS_FOLDER", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__PRESETS_FOLDER", str(tmp_path / "presets"))
    (tmp_path / "presets").mkdir()
    (tmp_path / "good.yaml").write_text(GOOD.format(name="good"))
    return tmp_path


def test_one_bad_file_never_hides_the_healthy_ones(folder):
    (folder / "bad.yaml").write_text("name: bad\noutputs: {x: {kind: snapshot}}\n")
    (folder / "worse.yaml").write_text("{{{")
    assert list(dags_from_workflows()) == ["media_good"]


def test_what_is_wrong_is_raised_all_at_once(folder):
    (folder / "bad.yaml").write_text("name: bad\noutputs: {x: {kind: snapshot}}\n")
    (folder / "worse.yaml").write_text("{{{")
    with pytest.raises(WorkflowInvalid) as caught:
        raise_workflow_errors()
    assert "bad.yaml" in str(caught.value)
    assert "worse.yaml" in str(caught.value)


def test_a_broken_file_of_presets_is_told_and_hides_nothing(folder):
    (folder / "presets" / "mine.yaml").write_text("{{{")
    assert list(dags_from_workflows()) == ["media_good"]
    with pytest.raises(WorkflowInvalid, match=r"mine\.yaml"):
        raise_workflow_errors()


def test_two_workflows_with_one_name_keep_first_and_report_second(folder):
    (folder / "later.yaml").write_text(GOOD.format(name="good"))
    assert list(dags_from_workflows()) == ["media_good"]
    with pytest.raises(
        WorkflowInvalid, match=r"later\.yaml:1:1: name: 'good' is the name of the workflow in .*good\.yaml"
    ):
        raise_workflow_errors()


def test_nothing_is_wrong_with_healthy_files_or_a_missing_folder(folder):
    raise_workflow_errors()
    assert dags_from_workflows(folder / "nowhere") == {}


def test_a_task_reads_only_the_file_of_its_own_workflow(folder, monkeypatch):
    (folder / "other.yaml").write_text(GOOD.format(name="other"))
    (folder / "renamed.yaml").write_text(GOOD.format(name="elsewhere"))
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "media_other")
    assert list(dags_from_workflows()) == ["media_other"]
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "media_elsewhere")
    assert "media_elsewhere" in dags_from_workflows()


@pytest.mark.parametrize("file", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_dag_file_is_small_own_named_and_read_by_airflow(file):
    text = file.read_text()
    # Safe mode reads only files with both words; and a DAG file's stem becomes the name of a module.
    assert "airflow" in text
    assert "dag" in text.lower()
    assert file.name.startswith("media_")
    assert file.stem not in sys.stdlib_module_names
    assert len([line for line in text.splitlines() if line and not line.startswith('"""')]) <= 5


def test_dag_files_make_dag_of_every_shipped_workflow(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(ROOT / "dags"))
    made = runpy.run_path(str(ROOT / "dags" / "media_workflows.py"))
    shipped = {f"media_{path.stem}" for path in (ROOT / "include" / "workflows").glob("*.yaml")}
    assert {name for name in made if name.startswith("media_")} == shipped
    assert runpy.run_path(str(ROOT / "dags" / "media_arrivals.py"))["media_arrivals"].dag_id == "media_arrivals"
    runpy.run_path(str(ROOT / "dags" / "media_workflow_errors.py"))


TRIGGER = "trigger: {bucket: inbox}\n"


def test_workflow_with_schedule_looks_for_uploads_by_schedule_only(folder):
    (folder / "always.yaml").write_text(GOOD.format(name="always") + TRIGGER)
    (folder / "nightly.yaml").write_text(GOOD.format(name="nightly") + TRIGGER + "schedule: '0 3 * * *'\n")
    assert arrivals_dag().get_task("wait").workflows == ["always"]
    dags = scheduled_dags()
    assert list(dags) == ["media_arrivals_nightly"]
    assert dags["media_arrivals_nightly"].schedule.expression == "0 3 * * *"
    assert dags["media_arrivals_nightly"].get_task("wait").workflows == ["nightly"]


def test_arrivals_dag_skips_workflows_told_of_uploads(folder):
    (folder / "told.yaml").write_text(GOOD.format(name="told") + "trigger: {bucket: inbox, events: push}\n")
    assert (arrivals_dag().get_task("wait").workflows, arrivals_dag().schedule) == ([], None)


def test_a_schedule_that_is_none_is_told_and_hides_nothing(folder):
    (folder / "odd.yaml").write_text(GOOD.format(name="odd") + TRIGGER + "schedule: every night\n")
    assert list(dags_from_workflows()) == ["media_good"]
    assert scheduled_dags() == {}
    with pytest.raises(WorkflowInvalid, match=r"odd\.yaml:5:1: schedule: 'every night' is no cron expression"):
        raise_workflow_errors()


def test_each_queue_that_workflows_name_is_drained_by_one_task(folder):
    for number, (name, queue) in enumerate((("one", "1/up"), ("two", "1/up"), ("three", "2/up"))):
        trigger = f"trigger: {{bucket: inbox, events: sqs, queue: 'https://sqs/{queue}', connection: c{number}}}\n"
        (folder / f"{number}.yaml").write_text(GOOD.format(name=name) + trigger)
    dag = uploads_dag()
    assert dag.schedule == "@continuous"
    assert {(task.url, task.connection) for task in dag.tasks} == {
        ("https://sqs/1/up", "c0"),
        ("https://sqs/2/up", "c2"),
    }


def test_the_dags_of_uploads_can_be_stored_by_airflow(folder):
    from airflow.serialization.serialized_objects import DagSerialization

    (folder / "told.yaml").write_text(
        GOOD.format(name="told") + "trigger: {bucket: inbox, events: sqs, queue: 'https://sqs/1/up'}\n"
    )
    (folder / "found.yaml").write_text(GOOD.format(name="found") + TRIGGER)
    (folder / "nightly.yaml").write_text(GOOD.format(name="nightly") + TRIGGER + "schedule: '0 3 * * *'\n")
    for dag in (arrivals_dag(), uploads_dag(), *scheduled_dags().values()):
        assert DagSerialization.from_dict(DagSerialization.to_dict(dag)).task_dict


def test_without_queues_there_is_nothing_to_drain(folder):
    assert (uploads_dag().tasks, uploads_dag().schedule) == ([], None)


def test_unknown_account_is_reported_when_workflows_are_read(folder, monkeypatch):
    queues = folder / "accounts.txt"
    queues.touch()
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(queues))
    (folder / "theirs.yaml").write_text(GOOD.format(name="theirs") + "trigger: {bucket: inbox, account: acme}\n")
    with pytest.raises(WorkflowInvalid, match=r"theirs\.yaml:4:\d+: trigger: There is no account named 'acme'"):
        raise_workflow_errors()
    assert list(dags_from_workflows()) == ["media_good"]
    queues.write_text("accounts: {acme: {sources: ['s3://theirs/']}}")
    with pytest.raises(WorkflowInvalid, match=r"trigger: source: account 'acme' may not use 's3://inbox/upload'"):
        raise_workflow_errors()
    for text in ("accounts: {acme: }", "accounts: ["):
        queues.write_text(text)
        assert sorted(dags_from_workflows()) == ["media_good", "media_theirs"]


def test_unforeseen_error_in_dag_is_logged_and_removes_no_other(folder, monkeypatch, caplog):
    def fail_for_bad(frozen, *arguments, **options):
        if frozen.workflow.name == "bad":
            raise ValueError("Airflow refuses it")
        return workflow_dag(frozen, *arguments, **options)

    (folder / "bad.yaml").write_text(GOOD.format(name="bad"))
    monkeypatch.setattr(loader, "workflow_dag", fail_for_bad)
    assert list(dags_from_workflows()) == ["media_good"]
    assert "The workflow bad has no DAG" in caplog.text
