"""Which messages may be deleted, and which have to stay."""

import json
from pathlib import Path

import pytest

from airflow_provider_media.core.accounts.accounts import parse_queues
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.core.uploads.queue_messages import Drain, Message
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets

QUEUES = parse_queues({"accounts": {"acme": None}})
URL = "https://sqs.eu-central-1.amazonaws.com/1/uploads"


def workflow(name="vod", **fields):
    trigger = {"bucket": "media-in", "events": "sqs", "queue": URL, **fields.pop("trigger", {})}
    wanted = {"name": name, "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}}, "trigger": trigger, **fields}
    return freeze(build_workflow(wanted, load_presets(Path("/nonexistent"))))


class Store:
    """Keeps submissions by account and id."""

    def __init__(self, room=99):
        self.kept, self.room = {}, room

    def record(self, submission, account):
        key = (account.name, submission.job_id)
        created = key not in self.kept
        if created and len(self.kept) == self.room:
            raise QueueFull
        first = self.kept.setdefault(key, submission)
        return StoredJob(
            request=first.request, priority=first.priority, submitted_at=first.submitted_at, created=created
        )


def record(key="a.mp4", sequencer="1", name="ObjectCreated:Put", **facts):
    thing = {"key": key, "eTag": "e", "sequencer": sequencer}
    return {
        "eventName": name,
        "eventSource": "aws:s3",
        "s3": {"bucket": {"name": "media-in"}, "object": thing},
        **facts,
    }


def message(*records, body=None, number=0):
    text = body if isinstance(body, str) else json.dumps(body or {"Records": records})
    return Message(id=str(number), receipt=f"r{number}", body=text)


def drain(*messages, store=None, waiting=None, outputs=(), **more):
    work = Drain(
        waiting=tuple(waiting or (workflow(),)),
        account=QUEUES.account,
        store=store or Store(),
        is_output=lambda connection, uri: uri in outputs,
        **more,
    )
    return list(work.drain(messages))


def sources(drained):
    return [arrived.source.removeprefix("s3://media-in/") for each in drained for arrived in each.arrived]


EVENTBRIDGE = {"source": "aws.s3", "detail-type": "Object Created", "detail": record("b c.mp4")["s3"]}
SNS = {"Type": "Notification", "Message": json.dumps({"Records": [record("d+e.mp4")]})}


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ({"Records": [record("b+c.mp4")]}, "b c.mp4"),
        ({"Records": [record("b%2Bc.mp4", name="s3:ObjectCreated:Put", eventSource="minio:s3")]}, "b+c.mp4"),
        ({"Records": [record("b%2Bc.mp4", eventSource="ceph:s3")]}, "b%2Bc.mp4"),
        (EVENTBRIDGE, "b c.mp4"),
        (SNS, "d e.mp4"),
    ],
)
def test_every_known_form_of_notification_becomes_a_job(body, source):
    (drained,) = drain(message(body=body))
    assert (sources([drained]), drained.error) == ([source], None)


@pytest.mark.parametrize(
    "body",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media-in"},
        {"Records": [record(name="ObjectRemoved:Delete")]},
        {"Records": [record("notes.txt")]},
        {"Records": [record("folder/")]},
        {"Records": []},
    ],
)
def test_drain_message_without_waiting_workflow_makes_no_job_is_deletable(body):
    (drained,) = drain(message(body=body))
    assert (drained.arrived, drained.error) == ((), None)


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", '{"hello": "world"}', '{"Records": [{}]}', '{"Records": 5}', "[" * 100_000]
)
def test_drain_poison_message_stays_with_error_code_others_flow(body):
    first, poison, last = drain(message(record()), message(body=body, number=1), message(record("b.mp4"), number=2))
    assert poison.error.code == "request_invalid"
    assert sources([first, last]) == ["a.mp4", "b.mp4"]


def test_drain_message_with_broken_record_makes_no_job():
    store = Store()
    (drained,) = drain(message(record(), {"eventName": "ObjectCreated:Put"}), store=store)
    assert drained.error.code == "request_invalid"
    assert not store.kept


def test_telling_twice_makes_one_job_and_both_messages_may_go():
    first, again = drain(message(record()), message(record(), number=1))
    assert [arrived.created for each in (first, again) for arrived in each.arrived] == [True, False]
    assert first.error is again.error is None


def test_the_same_key_uploaded_again_is_another_job():
    assert (
        len({arrived.job for each in drain(message(record(), record(sequencer="2"))) for arrived in each.arrived}) == 2
    )


def test_what_a_job_has_made_asks_for_none():
    (drained,) = drain(message(record(), record("b.mp4")), outputs={"s3://media-in/a.mp4"})
    assert sources([drained]) == ["b.mp4"]


def test_drain_message_stays_until_queue_has_room_for_all_jobs():
    store, told = Store(room=1), message(record(), record("b.mp4"))
    (full,) = drain(told, store=store)
    assert full.error.code == "queue_full"
    store.room = 2
    (done,) = drain(told, store=store)
    assert [arrived.created for arrived in done.arrived] == [False, True]


def test_drain_jobs_enter_queues_of_trigger_account():
    store = Store()
    drain(message(record()), store=store, waiting=[workflow(), workflow("theirs", trigger={"account": "acme"})])
    assert sorted(account for account, _ in store.kept) == ["acme", "default"]


def test_an_account_that_is_not_there_keeps_the_message():
    (drained,) = drain(message(record()), waiting=[workflow(trigger={"account": "nobody"})])
    assert drained.error.code == "account_unknown"


def test_drain_unreadable_workflow_keeps_messages_possibly_meant_for_it():
    ours, perhaps, test = drain(
        message(record()), message(record("a.mov2")), message(body={"Event": "s3:TestEvent"}), complete=False
    )
    assert (ours.error, perhaps.error.code, test.error) == (None, "workflow_invalid", None)
