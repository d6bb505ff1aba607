"""DAGs of stored definitions: published ones appear beside those of files, and no other ones ever do."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.errors import StateMachineInvalid, WorkflowInvalid
from airflow_provider_media.factory import (
    dags_from_state_machines,
    dags_from_workflows,
    loader,
    raise_state_machine_errors,
    raise_workflow_errors,
    scheduled_dags,
    state_machines,
)
from airflow_provider_media.hooks import catalogue
from airflow_provider_media.hooks.definitions import definition_store
from airflow_provider_media.hooks.state_machine_files import find_machine, machine_names

POSTER = "name: {}\noutputs:\n  poster: {{kind: snapshots, at: [1]}}\n"
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.fixture
def place(monkeypatch, tmp_path):
    """One workflow and one state machine in files, and an empty store."""
    for option, name in (("WORKFLOWS", "workflows"), ("STATE_MACHINES", "machines"), ("PRESETS", "presets")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{option}_FOLDER", str(tmp_path / name))
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", f"file://{tmp_path}/store")
    (tmp_path / "workflows" / "file.yaml").write_text(POSTER.format("file"))
    (tmp_path / "machines" / "file.json").write_text(PASS)
    return tmp_path


def put(name, text=None, *, status="published", base=None, kind="workflows", settings=""):
    content = DefinitionText(text=POSTER.format(name) if text is None else text, settings=settings)
    return definition_store().put(kind, name, content, status=status, base=base, saved_by="ann")


def put_machine(name, text=PASS, **more):
    return put(name, text, kind="state-machines", **more)


def as_task_of(monkeypatch, module, dag_id):
    context = type("Context", (), {"dag_id": dag_id})
    monkeypatch.setattr(module, "get_parsing_context", lambda: context)


def test_published_workflows_have_dags_beside_files(place):
    put("clips")
    put("draft", status="draft")
    put("off", status="disabled")
    assert sorted(dags_from_workflows()) == ["media_clips", "media_file"]
    raise_workflow_errors()


def test_published_machines_have_dags_beside_files(place):
    put_machine("stored")
    put_machine("draft", status="draft")
    assert sorted(dags_from_state_machines()) == ["state_machine_file", "state_machine_stored"]
    assert machine_names() == ["file", "stored"]
    assert find_machine("stored").machine.start_at == "A"
    raise_state_machine_errors()


def test_disabled_workflow_loses_its_dag_and_takes_no_jobs(place, monkeypatch):
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0)
    put("clips")
    assert "media_clips" in dags_from_workflows()
    assert "clips" in catalogue.all_workflows()
    put("clips", base=1, status="disabled")
    assert sorted(dags_from_workflows()) == ["media_file"]
    assert "clips" not in catalogue.all_workflows()


def test_workflow_with_name_of_file_is_ignored_and_reported(place):
    put("file", POSTER.format("file").replace("poster", "other"))
    dags = dags_from_workflows()
    assert list(catalogue.load_workflows().workflows["file"].workflow.outputs) == ["poster"]
    assert list(dags) == ["media_file"]
    with pytest.raises(WorkflowInvalid, match=r"stored workflows/file\.yaml.*'file' is stored, and a file of include/"):
        raise_workflow_errors()


def test_workflow_with_name_of_broken_file_is_ignored(place):
    (place / "workflows" / "file.yaml").write_text("name: file\noutputs: [\n")
    put("file")
    assert dags_from_workflows() == {}


def test_machine_with_name_of_file_is_ignored_and_reported(place):
    put_machine("file", PASS.replace('"A"', '"B"'))
    dags_from_state_machines()
    assert find_machine("file").machine.start_at == "A"
    with pytest.raises(StateMachineInvalid, match=r"stored state-machines/file\.json.*is ignored"):
        raise_state_machine_errors()


def test_stored_workflow_that_is_invalid_hides_no_other(place):
    put("broken", "name: [")
    put("other", POSTER.format("another"))
    put("clips")
    assert sorted(dags_from_workflows()) == ["media_clips", "media_file"]
    with pytest.raises(WorkflowInvalid, match=r"stored workflows/broken\.yaml") as caught:
        raise_workflow_errors()
    assert "is 'another', but the workflow is stored as 'other'" in str(caught.value)


def test_object_that_is_no_definition_is_reported(place):
    versions = place / "store" / "workflows" / "junk" / "versions"
    versions.mkdir(parents=True)
    (versions / "000001.json").write_text("junk")
    assert list(dags_from_workflows()) == ["media_file"]
    with pytest.raises(WorkflowInvalid, match=r"junk/versions/000001\.json holds no definition"):
        raise_workflow_errors()


def test_store_that_cannot_be_opened_leaves_files_their_dags(place, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", "nowhere://bucket/")
    assert list(dags_from_workflows()) == ["media_file"]
    assert not catalogue.is_complete()
    with pytest.raises(WorkflowInvalid, match=r"\[media\] definitions: .*nowhere"):
        raise_workflow_errors()


def test_task_finds_stored_workflow_in_empty_mirror(place, monkeypatch):
    put("clips")
    put("other")
    as_task_of(monkeypatch, loader, "media_clips")
    assert list(dags_from_workflows()) == ["media_clips"]


def test_task_of_ignored_workflow_takes_that_of_file(place, monkeypatch):
    (place / "workflows" / "elsewhere.yaml").write_text(POSTER.format("clips").replace("poster", "of_file"))
    put("clips")
    as_task_of(monkeypatch, loader, "media_clips")
    assert "of_file" in dags_from_workflows()["media_clips"].doc_md


def test_task_finds_stored_machine_in_empty_mirror(place, monkeypatch):
    put_machine("stored")
    as_task_of(monkeypatch, state_machines, "state_machine_stored")
    assert list(dags_from_state_machines()) == ["state_machine_stored"]


def test_schedule_of_stored_workflow_begins_with_its_save(place):
    trigger = "trigger: {bucket: media-in}\nschedule: '@hourly'\n"
    saved = put("nightly", POSTER.format("nightly") + trigger)
    dag = scheduled_dags()["media_arrivals_nightly"]
    assert dag.start_date == datetime.fromtimestamp(int(saved.saved_at.timestamp()), UTC)


def test_schedule_of_stored_machine_begins_with_its_save(place):
    saved = put_machine("nightly", settings="schedule: '@hourly'\n")
    dag = dags_from_state_machines()["state_machine_nightly"]
    assert dag.start_date == datetime.fromtimestamp(int(saved.saved_at.timestamp()), UTC)


def test_other_folder_has_no_stored_workflows(place):
    put("clips")
    assert list(dags_from_workflows(place / "workflows")) == ["media_file"]


def test_without_store_nothing_of_it_is_imported(place, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", "")
    script = (
        "import sys\n"
        "from airflow_provider_media.factory import dags_from_workflows, raise_workflow_errors\n"
        "assert list(dags_from_workflows()) == ['media_file']\n"
        "raise_workflow_errors()\n"
        "of_store = {'airflow_provider_media.core.definitions', 'airflow_provider_media.hooks.definitions'}\n"
        "assert not of_store & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr[-2000:]
