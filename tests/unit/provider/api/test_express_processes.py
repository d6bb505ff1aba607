"""Express executions in processes of their own: what they answer, what bounds them, and that none is left."""

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


def die(results, request):
    os._exit(1)


def take_memory(results, request):
    from airflow_provider_media.core.statelang import Execution

    express_processes._limit_memory()
    try:
        # Reading the limit's base frees some memory again, so one byte more than the limit may still be there.
        len(bytearray(2 * express_processes.MEMORY_BYTES))
    except MemoryError:
        results.send(Execution(status="FAILED", cause="bounded"))


def test_process_that_dies_is_an_execution_that_has_failed(monkeypatch):
    monkeypatch.setattr(express_processes, "run_and_send", die)
    ended = run_in_process(machine_file(Stop={"Type": "Succeed"}), {}, "one")
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")


def test_memory_of_a_process_is_bounded(monkeypatch):
    monkeypatch.setattr(express_processes, "run_and_send", take_memory)
    assert run_in_process(machine_file(Stop={"Type": "Succeed"}), {}, "one").cause == "bounded"
