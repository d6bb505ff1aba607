"""The commands of the queues, on the database."""

import json

import pytest

from airflow_provider_media.cli.definition import parser
from airflow_provider_media.hooks import catalogue


@pytest.fixture
def command(queues, monkeypatch, capsys):
    """Calls a command and answers with its exit code and what it printed."""
    monkeypatch.setattr(catalogue, "queues", lambda: type(queues).ACCOUNTS)
    monkeypatch.setattr(catalogue, "find_workflow", lambda name: type(queues).CLIP)

    def call(*arguments):
        args = parser().parse_args(arguments)
        capsys.readouterr()
        code = 0
        try:
            args.func(args)
        except SystemExit as end:
            code = end.code
        text = capsys.readouterr().out
        return code, json.loads(text[text.index("{") :]) if "--json" in arguments else text

    return call


def test_a_job_is_submitted_shown_listed_cancelled_and_tried_again(command, queues):
    code, receipt = command(
        "submit", "s3://in/film.mp4", "--workflow", "clip", "--key", "k", "--notify", "https://host/told", "--json"
    )
    assert (code, receipt["state"], receipt["created"]) == (0, "running", True)
    # Scripts take the id, and nothing but the id.
    assert (
        command("submit", "s3://in/film.mp4", "--key", "k", "--notify", "https://host/told")[1] == f"{receipt['id']}\n"
    )
    assert command("status", receipt["id"], "--json")[1]["state"] == "running"
    header, listed = command("jobs", "--state", "running")[1].splitlines()
    assert header.split() == ["JOB", "STATE", "PRIO", "SUBMITTED", "WAITED", "WORKED", "WORKFLOW", "SOURCE"]
    assert listed.startswith(receipt["id"])
    assert header.index("WORKFLOW") == listed.index("clip")
    assert command("jobs", "--state", "failed")[1] == "There are no such jobs.\n"
    assert command("cancel", receipt["id"])[1].split() == [receipt["id"], "cancelled"]
    assert command("status", receipt["id"], "--follow")[0] == 4
    queues.announce_end(receipt["id"])
    assert command("retry", receipt["id"], "--json")[1]["retries"] == 1


def test_waiting_jobs_are_prioritized_and_submitted_again(command, queues):
    waiting = [queues.submit(priority="low", alone=True).id for _ in range(4)][2:]
    printed = command("prioritize", "normal", *waiting)[1].splitlines()
    lines = [line.split() for line in printed if "[info" not in line]  # Airflow logs each run that is made
    assert lines == [[job, "waiting", "normal"] for job in waiting]
    code, told = command("prioritize", "normal", "0" * 32, "--json")
    assert (code, told["error"]["code"]) == (6, "job_unknown")
    assert command("resubmit", waiting[0], "--json")[1]["error"]["code"] == "source_busy"
    command("cancel", waiting[0])
    assert command("resubmit", waiting[0])[1].strip() not in waiting


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("submit", "s3://in/film.mp4", "--priority", "high"), "priority_unknown"),
        (("submit", "film.mp4"), "request_invalid"),
        (("submit", "s3://in/film.mp4", "--account", "nobody"), "account_unknown"),
        (("status", "nothing"), "job_unknown"),
        (("jobs", "--state", "lost"), "request_invalid"),
        (("jobs", "--limit", "-1"), "request_invalid"),
        (("jobs", "--limit", "201"), "request_invalid"),
    ],
)
def test_refusal_has_its_own_error_code_and_exit_code(command, arguments, error):
    code, told = command(*arguments, "--json")
    assert (code, told["error"]["code"]) == (6, error)


def test_queues_are_shown_paused_and_resumed(command):
    command("submit", "s3://in/film.mp4")
    assert "default: 1 active, 2 slots" in command("queues")[1]
    paused = command("queues", "pause", "--priority", "low", "--json")[1]
    assert {name: queue["paused"] for name, queue in paused["queues"].items()} == {"normal": False, "low": True}
    assert "paused" not in command("queues", "resume")[1]


def test_pools_are_made_for_all_accounts(command):
    made = command("queues", "sync", "--json")[1]
    assert made["media_jobs_acme"] == "made with 2 slots"
    assert command("queues", "sync", "--reset", "--json")[1]["media_jobs_acme"] == "has 2 slots"


def test_paused_workflows_and_jobs_on_hold_are_told(command, queues, monkeypatch):
    monkeypatch.setattr(catalogue, "all_workflows", lambda: {"clip": queues.CLIP})
    assert "clip" in (listed := command("workflows")[1])
    assert "active" in listed
    queues.pause()
    assert command("workflows", "--json")[1]["workflows"][0]["paused"]
    assert (
        command("submit", "s3://in/film.mp4", "--workflow", "clip", "--json")[1]["error"]["code"] == "workflow_paused"
    )
    receipt = command("submit", "s3://in/film.mp4", "--workflow", "clip", "--account", "patient", "--json")[1]
    assert receipt["hold"]["code"] == "workflow_paused"
    assert "waiting (workflow_paused)" in (told := command("status", receipt["id"], "--account", "patient")[1])
    assert "The workflow 'clip' is paused. The job goes on once its DAG media_clip is unpaused." in told
    assert command("jobs", "--account", "patient")[1].rstrip().endswith("(workflow_paused)")
    assert "1 on hold: their workflows are paused" in command("queues", "--account", "patient")[1]
    queues.pause("media_ingest_low")
    assert "queue_paused: The queue is paused" in command("queues")[1]
