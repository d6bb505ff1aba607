"""The maintenance prunes what no job has used for long below each output location, and nothing else."""

import os
import time

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.dag_ids import MAINTENANCE
from airflow_provider_media.factory.maintenance import maintenance_dag
from airflow_provider_media.operators import maintenance
from airflow_provider_media.operators.maintenance import CachePruneOperator, OutputLocationsOperator

DAY = 86_400
WORKFLOW = "name: {name}\noutputs: {{poster: {{kind: snapshots, at: [1]}}}}\n"


@pytest.fixture
def project(monkeypatch, tmp_path):
    """Writes workflows and accounts of a project, by their text."""

    def write(workflows, accounts="{}"):
        folder = tmp_path / "workflows"
        folder.mkdir()
        for name, more in workflows.items():
            (folder / f"{name}.yaml").write_text(WORKFLOW.format(name=name) + more)
        (tmp_path / "queues.yaml").write_text(f"accounts: {accounts}\n")
        monkeypatch.setenv("AIRFLOW__MEDIA__WORKFLOWS_FOLDER", str(folder))
        monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yaml"))

    return write


@pytest.fixture
def out(monkeypatch, tmp_path):
    """An output location with 1,000 bytes of finished work of yesterday, and as many of 100 days ago."""
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(tmp_path))
    for days in (1, 100):
        path = tmp_path / "out" / ".media" / "units" / f"key-{days}" / "done.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 1000)
        os.utime(path, (time.time() - days * DAY,) * 2)
    return tmp_path / "out"


def prune(out, *, dry_run=False):
    place = {"location": f"{out.as_uri()}/", "connection": "aws_default"}
    return CachePruneOperator(task_id="prune", place=place).execute({"params": {"dry_run": dry_run}})


def kept(out):
    return sorted(path.parent.name for path in out.rglob("done.json"))


def locations():
    return OutputLocationsOperator(task_id="locations").execute({})


def test_maintenance_lists_locations_of_workflows_accounts_and_triggers(project):
    project(
        {
            "web": "output: {location: s3://web/out, connection: aws_web}\n",
            "same": "output: {location: s3://web/out/, connection: aws_other}\n",
            "inbox": "trigger: {bucket: inbox, prefix: shows/, connection: aws_in}\n",
            "theirs": "trigger: {bucket: theirs, connection: aws_theirs, account: acme}\n",
            "plain": "",
        },
        "{acme: {output: s3://acme/out}, idle: {output: s3://idle/}}",
    )
    found = {place["location"]: place["connection"] for place in locations()}
    assert found == {
        "s3://acme/out/": "aws_theirs",
        "s3://idle/": "aws_default",
        "s3://inbox/": "aws_in",
        "s3://web/out/": found["s3://web/out/"],
    }
    assert found["s3://web/out/"] in {"aws_web", "aws_other"}


def test_maintenance_without_limits_has_no_location(project, monkeypatch):
    project({"web": "output: {location: s3://web/out/}\n"})
    assert len(locations()) == 1
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "")
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_BYTES", "")
    assert locations() == []


def test_maintenance_deletes_unused_work_and_says_what_it_freed(out):
    done = prune(out)
    assert (done["freed"]["bytes"], done["kept"]["bytes"], done["kept"]["entries"]) == (1000, 1000, 1)
    assert kept(out) == ["key-1"]


def test_maintenance_dry_run_deletes_nothing(out):
    done = prune(out, dry_run=True)
    assert (done["dry_run"], done["freed"]["bytes"], done["kept"]["bytes"]) == (True, 1000, 1000)
    assert kept(out) == ["key-1", "key-100"]


def test_maintenance_keeps_everything_that_running_jobs_may_use(out, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_BYTES", "0")
    monkeypatch.setenv("AIRFLOW__MEDIA__JOB_SECONDS", str(200 * DAY))
    assert prune(out)["freed"]["bytes"] == 0
    assert kept(out) == ["key-1", "key-100"]


def test_maintenance_of_empty_location_asks_for_two_listings(out, monkeypatch):
    asked = []

    class Empty:
        def list(self, uri):
            asked.append(uri)
            return iter(())

    hook = type("Hook", (), {"storage": staticmethod(lambda uri: Empty())})
    monkeypatch.setattr(maintenance, "MediaHook", lambda connection: hook)
    assert prune(out)["kept"]["entries"] == 0
    assert len(asked) == 2


def test_maintenance_of_forbidden_location_fails_without_retry(out, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(out / "other"))
    with pytest.raises(AirflowFailException, match="local_folders"):
        prune(out)
    assert kept(out) == ["key-1", "key-100"]


def test_maintenance_dag_has_one_mapped_task_per_location():
    dag = maintenance_dag()
    assert (dag.dag_id, dag.task_ids) == (MAINTENANCE, ["locations", "prune"])
    assert dag.task_dict["prune"].is_mapped
    assert dag.params["dry_run"] is False
