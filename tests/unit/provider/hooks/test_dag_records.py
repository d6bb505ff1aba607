"""The contract with the supervisor of Airflow's parsers of DAG files, and the bounds of what is asked of it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import get_args

import pytest
from airflow.dag_processing import processor
from airflow.sdk.execution_time import comms, task_runner

from airflow_provider_media.hooks import dag_records


def members(union):
    return set(get_args(get_args(union)[0]))


def test_parsers_may_ask_what_records_need_and_get_answers():
    assert members(processor.ToManager) >= {
        comms.GetVariable,
        comms.PutVariable,
        comms.GetPreviousDagRun,
        comms.GetTaskStates,
    }
    assert members(processor.ToDagProcessor) >= {
        comms.VariableResult,
        comms.PreviousDagRunResult,
        comms.TaskStatesResult,
    }


def test_parsers_get_no_answer_to_counts_of_tasks():
    # Were it repaired, one count would do instead of the history of a task.
    assert comms.GetTICount in members(processor.ToManager)
    assert comms.TICount not in members(processor.ToDagProcessor)


class Queue:
    """A queue in which all jobs are unfinished."""

    def __init__(self, jobs):
        self.left = jobs

    def send(self, message):
        if message.state != "running" or not self.left:
            return SimpleNamespace(dag_run=None)
        self.left -= 1
        date = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.left)
        return SimpleNamespace(dag_run=SimpleNamespace(logical_date=date, conf=None))


@pytest.mark.parametrize(("jobs", "is_refused"), [(dag_records.MAX_RUNS, False), (dag_records.MAX_RUNS + 1, True)])
def test_workflows_of_jobs_reads_max_runs_and_refuses_more(monkeypatch, jobs, is_refused):
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Queue(jobs), raising=False)
    found = dag_records.workflows_of_jobs(["media_ingest_normal"])
    if is_refused:
        with pytest.raises(LookupError):
            list(found)
    else:
        # Whoever triggers the DAG by hand hands in any conf.
        assert set(found) == {""}
