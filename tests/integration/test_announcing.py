"""Events delivered to a real receiver on loopback, and to real queues and topics of the S3 stand-in."""

import asyncio
import base64
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from airflow_provider_media.core.announcements.bodies import body
from airflow_provider_media.core.announcements.errors import DeliveryFailed, DeliveryRefused, TargetGone
from airflow_provider_media.core.announcements.event import JobReport, job_event
from airflow_provider_media.core.announcements.http import post, retry_after
from airflow_provider_media.core.announcements.schedule import DeliveryResponse, verdict
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.hooks.deliveries import asend, send
from airflow_provider_media.notifications.event import MediaNotifier
from airflow_provider_media.triggers.delivery import DeliveryTrigger
from demo.component import wait_until
from tests.receiver import receiver
from tests.task_contexts import Run

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
    monkeypatch.setenv(
        "AIRFLOW_CONN_AWS_HERE", json.dumps({"conn_type": "aws", "login": "test", "password": "test", "extra": extra})
    )
    return s3_server


def event(state=JobState.SUCCEEDED, job="9f2c"):
    report = JobReport(
        job_id=job, account="default", workflow="vod", priority="normal", state=state, source="s3://in/a.mp4"
    )
    return job_event(report, time=datetime(2026, 11, 22, tzinfo=UTC))


def deliver(target, what=None):
    """One attempt, as the triggerer makes it."""
    return asyncio.run(asend(what or event(), target))


def fired(target):
    """What the trigger ends with."""

    async def first():
        return await anext(DeliveryTrigger(to_json(event()), to_json(target)).run())

    return asyncio.run(first())


@pytest.mark.parametrize("secret", SECRETS)
def test_webhook_receiver_verifies_signature_with_either_of_two_secrets(sink, secret):
    assert deliver(Target(kind="url", address=sink.url("/ok"), connection="hook")) == {
        "target": sink.url("/ok"),
        "status": 200,
    }
    (got,) = sink.received
    assert Webhook(secret).verify(got.body, got.headers)["data"]["job_id"] == "9f2c"
    assert (got.headers["content-type"], got.headers["webhook-id"]) == ("application/json", event().id)


def test_copies_of_an_event_have_one_id_and_equal_bodies(sink):
    target = Target(kind="url", address=sink.url("/flaky"), connection="hook")
    with pytest.raises(DeliveryFailed, match="was answered with 503") as busy:
        deliver(target)
    deliver(target)
    first, second = sink.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert busy.value.detail == {"retry_after": 1.0}


def test_a_redirect_is_a_failure_and_is_not_followed(sink):
    with pytest.raises(DeliveryFailed, match="was answered with 302"):
        deliver(Target(kind="url", address=sink.url("/redirect")))
    assert [got.path for got in sink.received] == ["/redirect"]


def test_a_target_that_is_gone_is_not_tried_again(sink):
    with pytest.raises(TargetGone) as gone:
        deliver(Target(kind="url", address=sink.url("/gone")))
    assert not gone.value.retryable


def test_a_target_that_hangs_is_given_up_in_time(sink):
    # The receiver holds the request open until the test has ended.
    answer = asyncio.run(post(sink.url("/hang"), body="{}", headers={}, allow=frozenset({sink.address}), seconds=0.3))
    assert answer == DeliveryResponse(problem="there was no answer within 0.3 seconds")


def test_many_targets_that_hang_hold_up_no_other(sink):
    async def all_at_once():
        allow = frozenset({sink.address})
        hung = [
            asyncio.create_task(post(sink.url("/hang"), body="{}", headers={}, allow=allow, seconds=60))
            for _ in range(30)
        ]
        await asyncio.to_thread(
            wait_until, lambda: len(sink.at("/hang")) == 30, what="30 requests", timeout_seconds=60, poll_seconds=0.01
        )
        answer = await post(sink.url("/ok"), body="{}", headers={}, allow=allow)
        waiting = sum(not task.done() for task in hung)
        sink.closed.set()
        await asyncio.gather(*hung)
        return answer.status, waiting

    assert asyncio.run(all_at_once()) == (200, 30)


def test_refuse_delivery_to_private_address_unless_allowed_with_exact_port(sink):
    (other,) = {sink.port + 1}
    with pytest.raises(DeliveryRefused, match="announce_allow"):
        asyncio.run(post(sink.url("/ok"), body="{}", headers={}, allow=frozenset({f"127.0.0.1:{other}"})))
    assert sink.received == []


def test_refuse_delivery_to_name_resolved_to_private_address():
    with pytest.raises(DeliveryRefused):
        asyncio.run(
            post(
                "https://hooks.example/in?token=secret", body="{}", headers={}, resolver=lambda *_: ["169.254.169.254"]
            )
        )


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
        deliver(Target(kind="url", address=sink.url("/redirect?token=secret")))
    assert "secret" not in str(failed.value)
    assert "must never be shown" not in str(failed.value)


def test_retry_after_is_read_as_seconds_and_as_date():
    assert retry_after("120", now=0) == 120
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now=20) == 40
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now=100) == 0
    assert retry_after("soon", now=0) is None


def test_trigger_ends_its_task_itself_after_event_delivery(sink):
    ended = fired(Target(kind="url", address=sink.url("/ok"), connection=None))
    assert (str(ended.task_instance_state), ended.xcoms["return_value"]["status"]) == ("success", 200)


def test_the_trigger_hands_a_failure_back_with_its_code(sink):
    assert fired(Target(kind="url", address=sink.url("/gone"))).payload["code"] == "target_gone"
    assert fired(Target(kind="url", address="http://127.0.0.1:9/")).payload["code"] == "delivery_refused"
    assert fired(Target(kind="url", address=sink.url("/flaky"))).payload["detail"] == {"retry_after": 1.0}


def test_delivery_with_missing_or_broken_secret_fails_naming_the_connection(sink, monkeypatch):
    with pytest.raises(DeliveryFailed, match="the connection nowhere is missing"):
        deliver(Target(kind="url", address=sink.url("/ok"), connection="nowhere"))
    monkeypatch.setenv("AIRFLOW_CONN_WEAK", json.dumps({"conn_type": "generic", "password": "hunter2"}))
    with pytest.raises(ConfigurationError) as weak:
        deliver(Target(kind="url", address=sink.url("/ok"), connection="weak"))
    assert "hunter2" not in str(weak.value)
    assert sink.received == []


def messages(aws, queue):
    found = aws.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
    )
    return found.get("Messages", [])


def test_a_queue_gets_the_event_with_its_id(aws):
    queue = aws.client("sqs").create_queue(QueueName="ends")["QueueUrl"]
    send(event(), Target(kind="sqs", address=queue, connection="aws_here"))
    (message,) = messages(aws, queue)
    assert json.loads(message["Body"])["type"] == "job.succeeded"
    assert message["MessageAttributes"]["webhook-id"]["StringValue"] == event().id


def test_fifo_queue_drops_duplicates_and_keeps_event_order_of_job(aws):
    queue = aws.client("sqs").create_queue(QueueName="ends.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    target = Target(kind="sqs", address=queue, connection="aws_here")
    for what in (event(JobState.RUNNING), event(), event()):
        send(what, target)
    assert [json.loads(message["Body"])["type"] for message in messages(aws, queue)] == ["job.started", "job.succeeded"]


def test_a_topic_passes_the_event_on_to_its_queue(aws):
    sqs, sns = aws.client("sqs"), aws.client("sns")
    queue = sqs.create_queue(QueueName="from-topic")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="ends")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    send(event(JobState.FAILED), Target(kind="sns", address=topic, connection="aws_here", body="brightcove"))
    (message,) = messages(aws, queue)
    envelope = json.loads(message["Body"])
    assert json.loads(envelope["Message"])["status"] == "FAILED"
    assert envelope["MessageAttributes"]["webhook-id"]["Value"] == event(JobState.FAILED).id


def test_delivery_to_missing_queue_fails_as_retryable(aws):
    with pytest.raises(DeliveryFailed, match=r"sqs nowhere was refused with \S*NonExistentQueue") as missing:
        send(event(), Target(kind="sqs", address=f"{aws.endpoint}/000000000000/nowhere", connection="aws_here"))
    assert missing.value.retryable


def bus_with_queue(aws, name, pattern):
    """Make an event bus with a rule that sends events to a queue; return the ARN of the bus and the URL of the
    queue.
    """
    sqs, events = aws.client("sqs"), aws.client("events")
    queue = sqs.create_queue(QueueName=f"from-{name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    return bus, queue


def test_event_bus_passes_event_to_queue_of_its_rule(aws):
    pattern = {"source": ["airflow.media"], "detail-type": ["job.succeeded"], "detail": {"data": {"workflow": ["vod"]}}}
    bus, queue = bus_with_queue(aws, "ends", pattern)
    receipt = send(event(), Target(kind="eventbridge", address=bus, connection="aws_here"))
    (message,) = messages(aws, queue)
    passed = json.loads(message["Body"])
    assert (passed["source"], passed["detail-type"]) == ("airflow.media", "job.succeeded")
    assert passed["detail"] == json.loads(body(event(), "standard"))
    assert passed["resources"] == [event().id, "arn:aws:s3:::in/a.mp4"]
    assert (receipt["target"], receipt["event_id"]) == ("eventbridge ends", passed["id"])


def test_refuse_event_too_large_for_event_bus_without_retry(aws):
    bus, queue = bus_with_queue(aws, "small", {"source": ["airflow.media"]})
    large = replace(event(), content={"text": "x" * 256 * 1024})
    with pytest.raises(
        DeliveryRefused, match=r"has \d{6} bytes, but an EventBridge entry must stay below 262144 bytes"
    ) as refused:
        send(large, Target(kind="eventbridge", address=bus, connection="aws_here"))
    assert not refused.value.retryable
    assert messages(aws, queue) == []


def test_entry_that_event_bridge_refuses_is_tried_again(aws):
    # PutEvents itself succeeds; the entry in its response has the error.
    elsewhere = Target(
        kind="eventbridge",
        address="arn:aws:events:us-east-1:999999999999:event-bus/nowhere",
        connection="aws_here",
    )
    with pytest.raises(
        DeliveryFailed, match="eventbridge nowhere was refused with ResourceNotFoundException"
    ) as refused:
        send(event(), elsewhere)
    assert refused.value.retryable


def context(**more):
    return {"dag_run": Run(dag_id="mine", run_id="one"), **more}


def test_the_notifier_tells_a_url_of_anybodys_dag(sink):
    notifier = MediaNotifier(
        type="catalogue.failed", url=sink.url("/ok"), connection="hook", content={"by": "{{ who }}"}
    )
    notifier(context(who="me", exception=ZeroDivisionError("the password is hunter2")))
    (got,) = sink.received
    told = Webhook(SECRETS[0]).verify(got.body, got.headers)
    assert told["type"] == "catalogue.failed"
    ids = {"dag_id": "mine", "run_id": "one", "task_id": None, "map_index": None, "try_number": None}
    assert told["data"] == {**ids, "reason": "ZeroDivisionError", "by": "me"}


def test_notifier_sends_to_queue_and_raises_on_failed_delivery(aws, sink):
    queue = aws.client("sqs").create_queue(QueueName="notified")["QueueUrl"]
    MediaNotifier(type="run.done", sqs=queue, connection="aws_here").notify(context())
    assert json.loads(messages(aws, queue)[0]["Body"])["data"]["run_id"] == "one"
    with pytest.raises(DeliveryFailed):
        MediaNotifier(type="run.done", url=sink.url("/redirect")).notify(context())


def test_the_notifier_works_in_the_triggerer_too(sink):
    asyncio.run(MediaNotifier(type="deadline.missed", url=sink.url("/ok")).async_notify(context()))
    assert [got.type for got in sink.received] == ["deadline.missed"]


def test_a_notifier_has_one_target():
    with pytest.raises(ValueError, match="exactly one of url, sqs, sns, eventbridge"):
        MediaNotifier(type="run.done")


def test_notifier_refuses_a_kind_of_target_that_does_not_exist():
    with pytest.raises(TypeError, match="no parameter pigeon; give exactly one of url"):
        MediaNotifier(type="run.done", pigeon="loft")


def test_notifier_puts_event_of_any_dag_on_event_bus(aws):
    bus, queue = bus_with_queue(aws, "notified", {"detail-type": ["run.done"]})
    notifier = MediaNotifier(type="run.done", eventbridge="{{ bus }}", connection="aws_here")
    notifier.render_template_fields(context(bus=bus))
    asyncio.run(notifier.async_notify(context()))
    (message,) = messages(aws, queue)
    assert json.loads(message["Body"])["detail"]["data"]["run_id"] == "one"
