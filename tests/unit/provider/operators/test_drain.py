"""Draining a queue: submit first, delete then, and wait again."""

import json
import time

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.core.uploads.queue_messages import Message
from airflow_provider_media.hooks import runs
from airflow_provider_media.operators import drain
from airflow_provider_media.operators.drain import UploadDrainOperator
from airflow_provider_media.triggers import upload_queue

URL = "https://sqs/1/uploads"
WORKFLOW = (
    "name: {0}\noutputs: {{p: {{preset: poster}}}}\ntrigger: {{bucket: inbox, events: sqs, queue: '{1}', connection:"
    " c}}\n"
)


class World:
    """A queue, the jobs that were submitted, and in which order all that happened."""

    def __init__(self, folder):
        self.folder, self.messages, self.jobs, self.paused, self.happened, self.room = folder, [], {}, set(), [], 99
        self.breaks, self.lenient = False, set()

    def receive(self, *, most, wait_seconds=0):
        taken, self.messages = self.messages[:most], self.messages[most:]
        return taken

    def delete(self, messages):
        self.happened.extend(("deleted", each.id) for each in messages)
        return []

    def record(self, submission, account):
        if self.breaks:
            raise RuntimeError("Airflow is away")
        self.lenient.add(account.paused_workflows)
        created = submission.job_id not in self.jobs
        if created and self.left(None, None) == 0:
            raise QueueFull("no more may wait")
        self.happened.append(("submitted", submission.source.rpartition("/")[2]))
        first = self.jobs.setdefault(submission.job_id, submission)
        return StoredJob(
            request=first.request, priority=first.priority, submitted_at=first.submitted_at, created=created
        )

    def left(self, account, priority):
        return self.room - len(self.jobs)


@pytest.fixture
def world(monkeypatch, tmp_path):
    for name, value in {
        "WORKFLOWS_FOLDER": tmp_path,
        "QUEUES_FILE": tmp_path / "queues.yml",
        "PRESETS_FOLDER": tmp_path / "none",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{name}", str(value))
    (tmp_path / "vod.yaml").write_text(WORKFLOW.format("vod", URL))
    (tmp_path / "other.yaml").write_text(WORKFLOW.format("other", f"{URL}-2"))
    one = World(tmp_path)
    monkeypatch.setattr(drain, "UploadQueue", lambda url, connection: one)
    monkeypatch.setattr(drain, "TaskApiStore", lambda: one)
    monkeypatch.setattr(drain, "outputs", lambda: lambda connection, uri: "made" in uri)
    monkeypatch.setattr(runs, "is_paused", lambda dag_id: dag_id in one.paused)
    monkeypatch.setattr(upload_queue, "room", one.left)
    return one


def message(name, *, body=None):
    thing = {"bucket": {"name": "inbox"}, "object": {"key": name, "eTag": "e", "sequencer": "1"}}
    record = {"eventName": "ObjectCreated:Put", "eventSource": "aws:s3", "s3": thing}
    return Message(id=name, receipt="r", body=body or json.dumps({"Records": [record]}))


def operator():
    return UploadDrainOperator(task_id="drain", url=URL, connection="c")


def received(*messages, seconds=-1.0):
    """What the task answers with, after its time, when these were received."""
    return operator().received({}, [to_json(each) for each in messages], time.time() + seconds, {"created": 1})


def test_drain_waits_in_triggerer_for_messages_with_room_of_workflows(world):
    with pytest.raises(TaskDeferred) as caught:
        operator().execute({})
    _, arguments = caught.value.trigger.serialize()
    assert (arguments["url"], arguments["connection"]) == (URL, "c")
    assert [(lane["account"]["name"], lane["priority"], lane["workflows"]) for lane in arguments["lanes"]] == [
        ("default", "normal", 1)
    ]
    assert caught.value.method_name == "received"


def test_drain_deletes_messages_after_submitting_jobs_and_receives_more_immediately(world):
    world.messages = [message(f"{number}.mp4") for number in range(15)]
    assert received(message("a.mp4")) == {"created": 1 + 16}
    assert world.happened[:2] == [("submitted", "a.mp4"), ("deleted", "a.mp4")]
    for name in (f"{number}.mp4" for number in range(15)):
        assert world.happened.index(("submitted", name)) < world.happened.index(("deleted", name))


def test_drain_defers_again_until_its_time_is_over(world):
    with pytest.raises(TaskDeferred) as caught:
        received(message("a.mp4"), seconds=60)
    assert caught.value.kwargs["counts"] == {"created": 2}


def test_with_no_message_until_its_time_is_over_it_ends(world):
    assert received() == {"created": 1}


def test_drain_keeps_unreadable_message_and_logs_its_error_code(world, capsys):
    assert received(message("bad", body="{"), message("a.mp4")) == {"created": 2, "stayed": 1}
    assert ("deleted", "bad") not in world.happened
    assert "request_invalid: the message bad stays" in capsys.readouterr().out


def test_a_crash_before_the_jobs_are_there_deletes_nothing(world):
    world.breaks = True
    with pytest.raises(RuntimeError, match="Airflow is away"):
        received(message("a.mp4"))
    assert world.happened == []


def test_a_full_queue_stops_receiving_and_what_was_received_stays(world):
    world.room, world.messages = 1, [message("c.mp4")]
    assert received(message("a.mp4"), message("b.mp4")) == {"created": 2, "stayed": 1}
    assert [each.id for each in world.messages] == ["c.mp4"]
    assert ("deleted", "b.mp4") not in world.happened


def test_outputs_of_jobs_ask_for_none_and_go(world):
    assert received(message("made.mp4")) == {"created": 1, "passed": 1}
    assert [what for what, _ in world.happened] == ["deleted"]


def test_uploads_of_a_paused_workflow_become_jobs_that_wait(world):
    world.paused.add("media_vod")
    assert received(message("a.mp4")) == {"created": 2}
    assert [job.workflow.workflow.name for job in world.jobs.values()] == ["vod"]
    assert world.lenient == {"wait"}


def test_drain_of_workflow_with_unknown_account_keeps_only_its_messages(world):
    text = WORKFLOW.format("theirs", URL).replace("bucket: inbox", "bucket: theirs, account: nobody")
    (world.folder / "theirs.yaml").write_text(text)
    body = message("b.mp4").body.replace("inbox", "theirs")
    assert received(message("b.mp4", body=body), message("a.mp4")) == {"created": 2, "stayed": 1}


def test_drain_in_a_test_command_reads_no_message(world, monkeypatch):
    monkeypatch.setattr(drain.runs, "is_test", lambda: True)
    with pytest.raises(AirflowFailException, match="would submit jobs and delete messages"):
        operator().execute({})
