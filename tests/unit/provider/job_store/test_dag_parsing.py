"""After a save, the DAG processor is asked for the DAG files that read definitions of its kind, and for no other."""

import pytest
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.job_store.dag_parsing import FILES, files_of, request_parsing
from tests.airflow_database import BUNDLE, database

INGEST = ("media_ingest_normal", ("git", "project/dags/media_ingest.py"))
ANNOUNCE = ("media_announce", ("git", "project/dags/media_announce.py"))
STATES = ("media_state_task", ("git", "project/dags/media_state_tasks.py"))
WORKFLOW = ("media_vod", ("git", "own.py"))
MACHINE = ("state_machine_review", ("git", "machines.py"))


def waiting():
    with create_session(scoped=False) as session:
        rows = session.scalars(select(DagPriorityParsingRequest))
        return sorted((each.bundle_name, each.relative_fileloc) for each in rows)


def test_files_that_have_dags_of_the_kind_are_asked_for():
    known = [ANNOUNCE, STATES, WORKFLOW, MACHINE]
    assert files_of("workflows", known) == {("git", "own.py")}
    assert files_of("state-machines", known) == {("git", "machines.py")}


@pytest.mark.parametrize("kind", FILES)
def test_files_without_dags_are_found_beside_that_of_queues(kind):
    assert files_of(kind, [INGEST]) == {("git", f"project/dags/{name}") for name in FILES[kind]}


def test_queue_file_of_another_name_has_no_known_neighbours():
    assert files_of("workflows", [("media_ingest_normal", ("git", "queues.py"))]) == set()


@pytest.mark.usefixtures("tables")
def test_request_is_made_once_until_it_is_taken():
    request_parsing("workflows")
    request_parsing("workflows")
    assert waiting() == [(BUNDLE, "dag.py")]


def test_database_that_does_not_answer_loses_no_save(tmp_path, caplog):
    with database(tmp_path):
        with create_session(scoped=False) as session:
            session.connection().exec_driver_sql("DROP TABLE dag")
        request_parsing("workflows")
    assert "parsed later" in caplog.text
