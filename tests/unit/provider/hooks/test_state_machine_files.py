"""State machines are found by name as their files are now."""

import json
import os

import pytest

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.hooks import settings, state_machine_files

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
TOKEN = {
    "StartAt": "A",
    "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "ladder.json").write_text(json.dumps(PASS))
    monkeypatch.setattr(settings, "state_machines_folder", lambda: tmp_path)
    return tmp_path


def test_a_machine_is_found_with_what_stands_beside_it(folder):
    (folder / "ladder.yaml").write_text("connection: media_s3\n")
    found = state_machine_files.find_machine("ladder")
    assert (found.name, found.dag_id, found.definition, found.express) == (
        "ladder",
        "state_machine_ladder",
        PASS,
        False,
    )
    assert found.settings.connection == "media_s3"
    assert found.machine.start_at == "A"


def test_a_file_that_appears_or_changes_is_read_again(folder):
    assert not state_machine_files.find_machine("ladder").express
    (folder / "ladder.yaml").write_text("type: express\n")
    assert state_machine_files.find_machine("ladder").express
    (folder / "ladder.json").write_text(json.dumps({**PASS, "Comment": "Changed."}))
    os.utime(folder / "ladder.json", ns=(1, 1))
    assert state_machine_files.find_machine("ladder").definition["Comment"] == "Changed."


@pytest.mark.parametrize("name", ["lader", "../ladder", "", "ladder.json"])
def test_another_name_is_refused_with_the_nearest(name):
    with pytest.raises(StateMachineUnknown) as refused:
        state_machine_files.find_machine(name)
    assert name != "lader" or "Did you mean 'ladder'?" in refused.value.message


def test_a_machine_that_waits_for_somebody_cannot_be_express(folder):
    (folder / "asks.json").write_text(json.dumps(TOKEN))
    (folder / "asks.yaml").write_text("type: express\n")
    with pytest.raises(StateMachineInvalid, match=r"asks\.yaml:1:1: type: is express, but 'A' waits for somebody else"):
        state_machine_files.find_machine("asks")
