"""A notification target that another distribution adds: CONTRIBUTING.md, "Add a notification target"."""

import json
import re
from pathlib import Path

import pytest

from tests.added_rows import run_python, write_distribution

ROOT = Path(__file__).parents[2]
RECIPE = re.compile(r"<!-- recipe: (\w+)\.py -->\n```python\n(.*?)```", re.DOTALL)
GROUP = "airflow_provider_media.targets"
DELIVER = str(Path(__file__).with_name("deliver_end.py"))
WORKFLOW = "name: vod\noutputs: {{facts: {{kind: probe_report}}}}\nnotifications: [{{file: '{address}'}}]\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A folder with the distribution of the page, as pip would install it."""
    monkeypatch.setenv("AIRFLOW__MEDIA__SUBMISSION_KEYS", "key-of-the-tests-" + "0" * 32)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    ((module, source),) = RECIPE.findall((ROOT / "CONTRIBUTING.md").read_text())
    write_distribution(tmp_path, module, source, GROUP, "FILE")
    return tmp_path


def lint(folder, *arguments):
    return run_python(folder, "-m", "airflow_provider_media.cli", "lint", *arguments)


def deliver(folder, notification, *connections):
    return run_python(folder, DELIVER, json.dumps([notification, *connections]))


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("file:///tmp/ends.jsonl", 0, "0 errors"),
        ("/tmp/ends.jsonl", 2, "notifications[0].file"),
        ("file:///tmp/../ends.jsonl", 2, "has a part '..'; give the file's own path"),
    ],
)
def test_lint_checks_the_address_of_an_added_target(installed, address, status, said):
    path = installed / "vod.yaml"
    path.write_text(WORKFLOW.format(address=address))
    checked = lint(installed, str(path))
    assert (checked.returncode, said in checked.stdout) == (status, True), checked.stdout + checked.stderr


def test_schema_of_workflows_has_the_field_of_an_added_target(installed):
    fields = json.loads(lint(installed, "--schema").stdout)["$defs"]["Notification"]["properties"]
    assert fields["file"]["description"] == "``file://`` URI of a file to which events are appended."


def test_parse_cache_is_not_shared_by_installations_with_other_targets(installed, tmp_path_factory):
    code = "from airflow_provider_media.core.workflows.parse_cache import conditions_of; print(conditions_of([]))"
    conditions = {run_python(folder, "-c", code).stdout for folder in (installed, tmp_path_factory.mktemp("plain"))}
    assert len(conditions - {""}) == 2


def test_event_of_a_job_is_delivered_to_an_added_target(installed):
    path = installed / "ends.jsonl"
    delivered = deliver(installed, {"file": f"file://{path}"}, "event_files")
    assert delivered.returncode == 0, delivered.stderr
    (event,) = map(json.loads, path.read_text().splitlines())
    assert (event["type"], event["data"]["job_id"]) == ("job.succeeded", "9f2c")
    assert json.loads(delivered.stdout.splitlines()[-1]) == {"target": f"file://{path}", "bytes": path.stat().st_size}


def test_added_target_needs_the_permission_of_the_account(installed):
    refused = deliver(installed, {"file": f"file://{installed}/ends.jsonl"})
    assert "may not use the connection 'event_files'" in refused.stderr
    assert not (installed / "ends.jsonl").exists()


def test_failed_sender_of_an_added_target_raises_delivery_failed(installed):
    failed = deliver(installed, {"file": f"file://{installed}/nowhere/ends.jsonl"}, "event_files")
    assert "DeliveryFailed" in failed.stderr
    assert "cannot be written: No such file or directory" in failed.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sqs", "adds the name 'sqs', which exists already"),
        ("mode", "A notification target cannot be named 'mode'"),
        ("File", "A notification target cannot be named 'File'"),
    ],
)
def test_added_target_with_an_impossible_name_is_refused(tmp_path, name, said):
    source = (
        "from airflow_provider_media.core.announcements.target_kind import TargetKind\n"
        f"ROW = TargetKind(name={name!r}, description='', sender='nowhere:send')\n"
    )
    write_distribution(tmp_path, "other_target", source, GROUP, "ROW")
    assert said in lint(tmp_path, "--schema").stderr
