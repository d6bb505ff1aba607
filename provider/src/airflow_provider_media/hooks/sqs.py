"""UploadQueue: the SQS queue to which a bucket announces uploads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from airflow_provider_media.core.announcements.target import region_of
from airflow_provider_media.core.uploads.queue_messages import Message
from airflow_provider_media.hooks.errors import QueueUnreadable
from airflow_provider_media.hooks.media import aws_connection

BATCH = 10
"""Most messages of one call, by the SQS API reference:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html.
"""
WAIT_SECONDS = 10
"""Seconds for which one call waits for messages. SQS allows 20; a triggerer that stops waits for the call."""


class UploadQueue:
    """Receives messages without deleting them, and deletes them once their jobs exist.

    Both calls block. The queue's own setting decides how long a received message is hidden from others.

    :param url: URL of the queue.
    :param connection: Airflow connection that may read the queue, of type ``aws`` or ``media``.
    """

    def __init__(self, url: str, connection: str) -> None:
        from airflow.providers.amazon.aws.hooks.sqs import SqsHook
        from botocore.config import Config

        patience = Config(
            connect_timeout=10, read_timeout=WAIT_SECONDS + 20, retries={"mode": "standard", "max_attempts": 3}
        )
        self.url = url
        self.client: Any = SqsHook(
            aws_conn_id=aws_connection(connection), region_name=region_of(url), config=patience
        ).get_conn()

    def receive(self, *, most: int = BATCH, wait_seconds: int = 0) -> list[Message]:
        """Return some messages; none when no message came within the time.

        :raises QueueUnreadable: when the queue may not be read, or does not exist.
        """
        with self._errors("received from"):
            answer = self.client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=min(most, BATCH), WaitTimeSeconds=wait_seconds
            )
        return [
            Message(id=each["MessageId"], receipt=each["ReceiptHandle"], body=each["Body"])
            for each in answer.get("Messages", ())
        ]

    def delete(self, messages: Sequence[Message]) -> list[str]:
        """Delete messages in one call, and return the ids of those that are still there.

        Messages that are still there are received again, which does no harm.

        :raises QueueUnreadable: when nothing may be deleted from the queue.
        """
        if not messages:
            return []
        entries = [{"Id": str(number), "ReceiptHandle": each.receipt} for number, each in enumerate(messages)]
        with self._errors("deleted from"):
            answer = self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)
        return [messages[int(each["Id"])].id for each in answer.get("Failed", ())]

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise QueueUnreadable(
                f"Nothing can be {what} {self.url}: {error.response['Error']['Code']}", queue=self.url
            ) from None
        except BotoCoreError as error:
            raise QueueUnreadable(f"Nothing can be {what} {self.url}: {type(error).__name__}", queue=self.url) from None
