"""Events delivered to a real receiver on loopback, and to real queues and topics of the S3 stand-in."""

import asyncio
import base64
import json
import socket
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from airflow_provider_media.core.announce.event import JobReport, job_event
from airflow_provider_media.core.announce.http import post, retry_after
from airflow_provider_media.core.announce.schedule import DeliveryResponse, verdict
from airflow_provider_media.core.announce.target import Target
from airflow_provider_media.core.errors import ConfigurationError, DeliveryFailed, DeliveryRefused, TargetGone
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.hooks.deliveries import call, receipt, send, signing_secrets
from airflow_provider_media.notifications.event import MediaNotifier
from airflow_provider_media.triggers.delivery import DeliveryTrigger
from tests.receiver import receiver

pytestmark = pytest.mark.integration

SECRETS = tuple("whsec_" + base64.b64encode(letter * 32).decode() for letter in (b"n", b"o"))


@pytest.fixture
def sink(monkeypatch):
    with receiver() as running:
        monkeypatch.setenv("AIRFLOW__MEDIA__ANNOUNCE_ALLOW", running.address)
        monkeypatch.setenv("AIRFLOW_CONN_HOOK", json.dumps({"conn_type": "generic", "password": " ".join(SECRETS)}))
        yield running


@pytest.fixture
def aws(s3_server, monkeypatch):
    extra = {"endpoint_url": s3_server.endpoint, "region_name": "us-east-1"}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_HERE", json.dumps({"conn_type": "aws", "login": "test", "password": "test", "extra": extra}))
    return s3_server


def event(state="succeeded", job="9f2c"):
    report = JobReport(job_id=job, account="default", workflow="vod", priority="normal", state=state, source="s3://in/a.mp4")
    return job_event(report, time=datetime(2026, 11, 22, tzinfo=UTC))


def deliver(target, what=None):
    """One attempt, as the triggerer makes it."""
    return receipt(target, asyncio.run(call(what or event(), target, signing_secrets(target))))


def fired(target):
    """What the trigger ends with."""

    async def first():
        return await anext(DeliveryTrigger(to_json(event()), to_json(target)).run())

    return asyncio.run(first())


@pytest.mark.parametrize("secret", SECRETS)
def test_a_receiver_verifies_what_it_gets_with_either_of_two_secrets(sink, secret):
    assert deliver(Target(url=sink.url("/ok"), connection="hook")) == {"target": sink.url("/ok"), "status": 200}
    (got,) = sink.received
    assert Webhook(secret).verify(got.body, got.headers)["data"]["job_id"] == "9f2c"
    assert (got.headers["content-type"], got.headers["webhook-id"]) == ("application/json", event().id)


def test_copies_of_an_event_have_one_id_and_equal_bodies(sink):
    target = Target(url=sink.url("/flaky"), connection="hook")
    with pytest.raises(DeliveryFailed, match="was answered with 503") as busy:
        deliver(target)
    deliver(target)
    first, second = sink.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert busy.value.detail == {"retry_after": 1.0}


def test_a_redirect_is_a_failure_and_is_not_followed(sink):
    with pytest.raises(DeliveryFailed, match="was answered with 302"):
        deliver(Target(url=sink.url("/redirect")))
    assert [got.path for got in sink.received] == ["/redirect"]


def test_a_target_that_is_gone_is_not_tried_again(sink):
    with pytest.raises(TargetGone) as gone:
        deliver(Target(url=sink.url("/gone")))
    assert not gone.value.retryable


def test_a_target_that_hangs_is_given_up_in_time(sink):
    began = time.monotonic()
    answer = asyncio.run(post(sink.url("/hang"), body="{}", headers={}, allow=frozenset({sink.address}), seconds=0.3))
    assert answer == DeliveryResponse(problem="there was no answer within 0.3 seconds")
    assert time.monotonic() - began < 2


def test_many_targets_that_hang_hold_up_no_other(sink):
    async def all_at_once():
        allow = frozenset({sink.address})
        hung = [asyncio.create_task(post(sink.url("/hang"), body="{}", headers={}, allow=allow, seconds=5)) for _ in range(30)]
        began = time.monotonic()
        answer = await post(sink.url("/ok"), body="{}", headers={}, allow=allow)
        took = time.monotonic() - began
        waiting = sum(not task.done() for task in hung)
        sink.closed.set()
        await asyncio.gather(*hung)
        return answer.status, took, waiting

    status, took, waiting = asyncio.run(all_at_once())
    assert (status, waiting) == (200, 30)
    assert took < 3


def test_private_addresses_are_refused_unless_they_are_allowed_with_their_very_port(sink):
    (other,) = {sink.port + 1}
    with pytest.raises(DeliveryRefused, match="announce_allow"):
        asyncio.run(post(sink.url("/ok"), body="{}", headers={}, allow=frozenset({f"127.0.0.1:{other}"})))
    assert sink.received == []


def test_a_name_that_turns_into_a_private_address_when_it_is_called_is_refused():
    with pytest.raises(DeliveryRefused):
        asyncio.run(post("https://hooks.example/in?token=secret", body="{}", headers={}, resolver=lambda *_: ["169.254.169.254"]))


def test_what_fails_on_the_way_is_told_without_addresses(sink):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{unused.getsockname()[1]}"
    answer = asyncio.run(post(f"http://{closed}/", body="{}", headers={}, allow=frozenset({closed})))
    assert (answer.problem, verdict(answer)) == ("the connection failed or broke", "again")
    nameless = asyncio.run(post("https://hooks.example/", body="{}", headers={}, resolver=lambda *_: []))
    assert nameless.problem == "its host has no address"


def test_errors_show_neither_tokens_nor_what_the_receiver_said(sink):
    with pytest.raises(DeliveryFailed) as failed:
        deliver(Target(url=sink.url("/redirect?token=secret")))
    assert "secret" not in str(failed.value)
    assert "must never be shown" not in str(failed.value)


def test_the_time_a_receiver_asks_for_is_read_in_both_its_forms():
    assert retry_after("120", now=0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now=20) == 40
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now=100) == 0
    assert retry_after("soon", now=0) is None


def test_the_trigger_ends_its_task_itself_when_the_event_is_delivered(sink):
    ended = fired(Target(url=sink.url("/ok"), connection=None))
    assert (str(ended.task_instance_state), ended.xcoms["return_value"]["status"]) == ("success", 200)


def test_the_trigger_hands_a_failure_back_with_its_code(sink):
    assert fired(Target(url=sink.url("/gone"))).payload["code"] == "target_gone"
    assert fired(Target(url="http://127.0.0.1:9/")).payload["code"] == "delivery_refused"
    assert fired(Target(url=sink.url("/flaky"))).payload["detail"] == {"retry_after": 1.0}


def test_a_missing_or_broken_secret_is_a_failure_that_says_which_connection(sink, monkeypatch):
    with pytest.raises(DeliveryFailed, match="the connection nowhere is missing"):
        deliver(Target(url=sink.url("/ok"), connection="nowhere"))
    monkeypatch.setenv("AIRFLOW_CONN_WEAK", json.dumps({"conn_type": "generic", "password": "hunter2"}))
    with pytest.raises(ConfigurationError) as weak:
        deliver(Target(url=sink.url("/ok"), connection="weak"))
    assert "hunter2" not in str(weak.value)
    assert sink.received == []


def messages(aws, queue):
    found = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1)
    return found.get("Messages", [])


def test_a_queue_gets_the_event_with_its_id(aws):
    queue = aws.client("sqs").create_queue(QueueName="ends")["QueueUrl"]
    send(event(), Target(sqs=queue, connection="aws_here"))
    (message,) = messages(aws, queue)
    assert json.loads(message["Body"])["type"] == "job.succeeded"
    assert message["MessageAttributes"]["webhook-id"]["StringValue"] == event().id


def test_a_fifo_queue_drops_copies_and_keeps_the_order_of_a_jobs_events(aws):
    queue = aws.client("sqs").create_queue(QueueName="ends.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    target = Target(sqs=queue, connection="aws_here")
    for what in (event("running"), event(), event()):
        send(what, target)
    assert [json.loads(message["Body"])["type"] for message in messages(aws, queue)] == ["job.started", "job.succeeded"]


def test_a_topic_passes_the_event_on_to_its_queue(aws):
    sqs, sns = aws.client("sqs"), aws.client("sns")
    queue = sqs.create_queue(QueueName="from-topic")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="ends")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    send(event("failed"), Target(sns=topic, connection="aws_here", body="brightcove"))
    (message,) = messages(aws, queue)
    envelope = json.loads(message["Body"])
    assert json.loads(envelope["Message"])["status"] == "FAILED"
    assert envelope["MessageAttributes"]["webhook-id"]["Value"] == event("failed").id


def test_a_queue_that_is_not_there_is_a_failure_that_can_be_tried_again(aws):
    with pytest.raises(DeliveryFailed, match=r"sqs nowhere was refused with \S*NonExistentQueue") as missing:
        send(event(), Target(sqs=f"{aws.endpoint}/000000000000/nowhere", connection="aws_here"))
    assert missing.value.retryable


def context(**more):
    return {"dag_run": type("Run", (), {"dag_id": "mine", "run_id": "one"})(), **more}


def test_the_notifier_tells_a_url_of_anybodys_dag(sink):
    notifier = MediaNotifier(type="catalogue.failed", url=sink.url("/ok"), connection="hook", content={"by": "{{ who }}"})
    notifier(context(who="me", exception=ZeroDivisionError("the password is hunter2")))
    (got,) = sink.received
    told = Webhook(SECRETS[0]).verify(got.body, got.headers)
    assert told["type"] == "catalogue.failed"
    ids = {"dag_id": "mine", "run_id": "one", "task_id": None, "map_index": None, "try_number": None}
    assert told["data"] == {**ids, "reason": "ZeroDivisionError", "by": "me"}


def test_the_notifier_tells_a_queue_and_says_when_it_could_not(aws, sink):
    queue = aws.client("sqs").create_queue(QueueName="notified")["QueueUrl"]
    MediaNotifier(type="run.done", sqs=queue, connection="aws_here").notify(context())
    assert json.loads(messages(aws, queue)[0]["Body"])["data"]["run_id"] == "one"
    with pytest.raises(DeliveryFailed):
        MediaNotifier(type="run.done", url=sink.url("/redirect")).notify(context())


def test_the_notifier_works_in_the_triggerer_too(sink):
    asyncio.run(MediaNotifier(type="deadline.missed", url=sink.url("/ok")).async_notify(context()))
    assert [got.type for got in sink.received] == ["deadline.missed"]


def test_a_notifier_has_one_target():
    with pytest.raises(ValueError, match="exactly one"):
        MediaNotifier(type="run.done")
