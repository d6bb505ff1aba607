"""The ids of the DAGs that the files in dags/ make, and the names that are reserved because of them."""

import runpy
from itertools import chain
from pathlib import Path

import pytest
from airflow.sdk import DAG

from airflow_provider_media.core import dag_ids

ROOT = Path(__file__).parents[4]
WORKFLOW = """
name: nightly
schedule: '0 3 * * *'
trigger: {bucket: inbox, prefix: nightly/}
outputs:
  poster: {kind: snapshots, at: [1]}
"""
ACCOUNTS = "accounts: {default: {uploads: {location: 's3://inbox/uploads/'}}, acme: {}}\n"
MACHINE = '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}'


@pytest.fixture
def made(monkeypatch, tmp_path):
    """The ids of the DAGs of a project with one workflow on a schedule, two accounts and one state machine."""
    for folder in ("workflows", "presets", "state_machines"):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{folder.upper()}_FOLDER", str(tmp_path / folder))
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yaml"))
    (tmp_path / "workflows" / "nightly.yaml").write_text(WORKFLOW)
    (tmp_path / "state_machines" / "ending.json").write_text(MACHINE)
    (tmp_path / "queues.yaml").write_text(ACCOUNTS)
    variables = chain.from_iterable(runpy.run_path(str(path)).values() for path in (ROOT / "dags").glob("*.py"))
    return {value.dag_id for value in variables if isinstance(value, DAG)}


def test_dag_files_make_the_dags_that_dag_ids_names(made):
    assert made == {
        dag_ids.ANNOUNCE,
        dag_ids.ARRIVALS,
        dag_ids.UPLOADS,
        dag_ids.EXPIRY,
        dag_ids.MAINTENANCE,
        *dag_ids.STATE_DAGS,
        *dag_ids.ingest_dag_ids("default"),
        *dag_ids.ingest_dag_ids("acme"),
        dag_ids.workflow_dag_id("nightly"),
        dag_ids.scheduled_dag_id("nightly"),
        dag_ids.machine_dag_id("ending"),
    }


def test_workflow_names_giving_id_of_another_dag_are_reserved(made):
    others = made - {dag_ids.workflow_dag_id("nightly"), dag_ids.machine_dag_id("ending")}
    free = {each for each in others if not dag_ids.workflow_of_dag(each).startswith(dag_ids.RESERVED_WORKFLOW_NAMES)}
    assert free == set()


def test_each_reserved_workflow_name_begins_like_an_own_dag(made):
    names = [dag_ids.workflow_of_dag(each) for each in made]
    unused = [begin for begin in dag_ids.RESERVED_WORKFLOW_NAMES if not any(name.startswith(begin) for name in names)]
    assert unused == []
