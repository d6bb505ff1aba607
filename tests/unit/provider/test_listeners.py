"""Pools are made where Airflow's components start."""

import logging
import os
import subprocess
import sys

import pytest

from airflow_provider_media import listeners
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.hooks import catalogue
from demo.stack import ROOT


class Job:
    """What schedulers, triggerers and DAG processors start with; Airflow's own has the same name."""


class TaskRunnerMarker:
    """What tasks start with."""


def test_airflows_classes_have_the_names_that_the_listener_knows():
    from airflow.jobs.job import Job as AirflowsJob

    assert AirflowsJob.__name__ == listeners.WITH_DATABASE


@pytest.mark.parametrize(("component", "prepared"), [(Job(), [True]), (TaskRunnerMarker(), [])])
def test_only_components_with_a_database_make_pools(monkeypatch, component, prepared):
    done = []
    monkeypatch.setattr(listeners, "preload", lambda: None)
    monkeypatch.setattr(listeners, "prepare_pools", lambda: done.append(True))
    listeners.on_starting(component)
    assert done == prepared


def test_invalid_accounts_file_does_not_stop_scheduler_start(monkeypatch, caplog):
    def refuse():
        raise ConfigurationError("queues.yaml: accounts must map names")

    monkeypatch.setattr(catalogue, "queues", refuse)
    with caplog.at_level(logging.ERROR):
        listeners.prepare_pools()
    assert "accounts must map names" in caplog.text


def test_preload_spares_task_nearly_all_imports_of_its_dag():
    parse = """
import sys
from pathlib import Path
from airflow_provider_media import listeners
listeners.preload()
before = set(sys.modules)
from airflow_provider_media.factory.workflow import workflow_dag
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
outputs = {"poster": {"kind": "snapshots", "at": ["0s"]}}
fields = {"name": "clip", "output": {"location": "s3://out/"}, "outputs": outputs}
workflow_dag(freeze(build_workflow(fields, load_presets(Path("/nonexistent")))))
print(*sorted(name for name in set(sys.modules) - before if name.startswith(("airflow_provider_media", "boto"))))
"""
    done = subprocess.run([sys.executable, "-c", parse], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1:] in ([], [""])


def test_preload_spares_dag_file_parsing_all_imports_of_ours(tmp_path):
    parse = f"""
import runpy, sys
from pathlib import Path
from airflow_provider_media import listeners
listeners.preload()
before = set(sys.modules)
for path in Path({str(ROOT / "dags")!r}).glob("*.py"):
    runpy.run_path(str(path))
print(*sorted(name for name in set(sys.modules) - before if name.startswith(("airflow_provider_media", "boto"))))
"""
    environment = os.environ | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__MEDIA__CACHE_DIRECTORY": str(tmp_path),
    }
    done = subprocess.run([sys.executable, "-c", parse], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1:] in ([], [""])
