"""The queue to which a real bucket tells of uploads."""

import json

import pytest

from airflow_provider_media.core.uploads.queue_messages import uploads_in
from airflow_provider_media.hooks.errors import QueueUnreadable
from airflow_provider_media.hooks.sqs import UploadQueue

pytestmark = pytest.mark.integration


@pytest.fixture
def queue(s3_server, monkeypatch):
    """A bucket, and the queue that it tells of uploads."""
    extra = {"endpoint_url": s3_server.endpoint, "region_name": "us-east-1"}
    monkeypatch.setenv(
        "AIRFLOW_CONN_HERE", json.dumps({"conn_type": "aws", "login": "test", "password": "test", "extra": extra})
    )
    monkeypatch.setenv("AIRFLOW_CONN_MEDIA_HERE", json.dumps({"conn_type": "media", "extra": {"aws_conn_id": "here"}}))
    sqs, s3 = s3_server.client("sqs"), s3_server.client()
    url = sqs.create_queue(QueueName="uploads", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket="inbox")
    wanted = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="inbox", NotificationConfiguration=wanted)
    yield url, lambda key: s3.put_object(Bucket="inbox", Key=key, Body=b"x")
    sqs.delete_queue(QueueUrl=url)


def receive(source, number):
    """So many messages, by as many receives as it takes."""
    received = []
    while len(received) < number:
        received += source.receive(wait_seconds=5)
    return received


@pytest.mark.parametrize("connection", ["here", "media_here"])
def test_upload_queue_receives_bucket_notifications_until_deleted(queue, connection):
    url, put = queue
    source = UploadQueue(url, connection)
    keys = {"films/a b+c.mp4", "films/ümlaut %20.mp4"}
    for key in sorted(keys):
        put(key)
    messages = receive(source, 3)
    # The first one is S3's test, which tells of nothing.
    assert {upload.key for message in messages for upload in uploads_in(message)} == keys
    assert source.receive() == []
    assert source.delete(messages) == []
    assert source.delete([]) == []


def test_upload_queue_missing_raises_queue_unreadable_with_address(queue):
    url, _ = queue
    source = UploadQueue(f"{url}-gone", "here")
    for use in (source.receive, lambda: source.delete(receive(UploadQueue(url, "here"), 1))):
        with pytest.raises(QueueUnreadable, match=f"{url}-gone") as caught:
            use()
        assert (caught.value.code, caught.value.retryable) == ("queue_unreadable", True)
