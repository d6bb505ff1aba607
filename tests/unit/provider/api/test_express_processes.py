"""Express executions in processes of their own: what they answer, and that no process is left."""

import multiprocessing
import os

import pytest

from airflow_provider_media.api import express_processes
from airflow_provider_media.api.express_processes import run_in_process
from airflow_provider_media.core.project.machine_files import MachineFile
from airflow_provider_media.core.statelang import parse
from airflow_provider_media.core.workflows.machine_options import MachineSettings


def machine_file(**states):
    definition = {"StartAt": next(iter(states)), "States": states}
    return MachineFile(
        name="tried", definition=definition, machine=parse(definition), settings=MachineSettings(type="express")
    )


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert multiprocessing.active_children() == []


def test_run_in_process_returns_output_keeps_niceness_of_server():
    file = machine_file(
        Add={"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"sum": "{% $states.input.a + 1 %}"}, "End": True}
    )
    nice = os.nice(0)
    ended = run_in_process(file, {"a": 41}, "one")
    assert (ended.status, ended.output, ended.events) == ("SUCCEEDED", {"sum": 42}, ())
    assert os.nice(0) == nice


def test_execution_answers_with_error_and_cause():
    ended = run_in_process(machine_file(Stop={"Type": "Fail", "Error": "Wrong", "Cause": "on purpose"}), {}, "one")
    assert (ended.status, ended.error, ended.cause) == ("FAILED", "Wrong", "on purpose")


def test_media_is_left_to_workers():
    ended = run_in_process(machine_file(Encode={"Type": "Task", "Resource": "media:transcode", "End": True}), {}, "one")
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")


def die(request):
    os._exit(1)


def test_process_that_dies_is_an_execution_that_has_failed(monkeypatch):
    monkeypatch.setattr(express_processes, "run_request", die)
    ended = run_in_process(machine_file(Stop={"Type": "Succeed"}), {}, "one")
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
