"""AWS messages: sends events to queues and topics, under the event's id.

Duplicates have the same ``MessageDeduplicationId`` on FIFO, and the same attribute ``webhook-id`` everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.announcements.bodies import body
from airflow_provider_media.core.announcements.errors import DeliveryFailed
from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import Target, is_fifo, region_of
from airflow_provider_media.core.announcements.targets import DEFAULT_AWS

if TYPE_CHECKING:
    from botocore.config import Config

AWS_SECONDS = 10


def send_to_queue(event: JobEvent, target: Target) -> dict[str, Any]:
    """Send an event to an SQS queue, and return the id of the message.

    :raises DeliveryFailed: when AWS did not take the event.
    """
    with aws_client("sqs", target) as client:
        sent = client.send_message(
            QueueUrl=target.address,
            MessageBody=body(event, target.body),
            MessageAttributes=_attributes(event),
            **_fifo(event, target),
        )
    return {"message_id": sent["MessageId"]}


def publish_to_topic(event: JobEvent, target: Target) -> dict[str, Any]:
    """Publish an event to an SNS topic, and return the id of the message.

    :raises DeliveryFailed: when AWS did not take the event.
    """
    with aws_client("sns", target) as client:
        sent = client.publish(
            TopicArn=target.address,
            Message=body(event, target.body),
            MessageAttributes=_attributes(event),
            **_fifo(event, target),
        )
    return {"message_id": sent["MessageId"]}


@contextmanager
def aws_client(service: str, target: Target) -> Iterator[Any]:
    """Yield a boto3 client for a target, with the rights of the target's connection.

    :param service: name of the service in boto3.
    :raises DeliveryFailed: when AWS refuses a call or cannot be reached.
    """
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook
    from botocore.exceptions import BotoCoreError, ClientError

    hook: AwsGenericHook[Any] = AwsGenericHook(
        aws_conn_id=target.connection or DEFAULT_AWS,
        client_type=service,
        region_name=region_of(target.address),
        config=_patience(),
    )
    try:
        yield hook.get_conn()
    except ClientError as error:
        raise DeliveryFailed(f"{target.name} was refused with {error.response['Error']['Code']}") from None
    except BotoCoreError as error:
        raise DeliveryFailed(f"{target.name} could not be reached: {type(error).__name__}") from None


def _attributes(event: JobEvent) -> dict[str, dict[str, str]]:
    # The names are those of the HTTP headers, so that a receiver of both finds the id under one name.
    values = {"webhook-id": event.id, "type": event.type}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


def _fifo(event: JobEvent, target: Target) -> dict[str, str]:
    return {"MessageGroupId": event.subject, "MessageDeduplicationId": event.id} if is_fifo(target.address) else {}


def _patience() -> Config:
    from botocore.config import Config

    # The schedule of deliveries does the retries.
    return Config(connect_timeout=AWS_SECONDS, read_timeout=AWS_SECONDS, retries={"total_max_attempts": 1})
