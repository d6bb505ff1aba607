"""Deliveries: one event to one target, with the secrets and accounts of Airflow's connections."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException

from airflow_provider_media.core.announce.bodies import body
from airflow_provider_media.core.announce.event import JobEvent
from airflow_provider_media.core.announce.http import post
from airflow_provider_media.core.announce.schedule import DeliveryResponse, verdict
from airflow_provider_media.core.announce.signing import secrets_of, signed_headers
from airflow_provider_media.core.announce.target import DEFAULT_AWS, Target, is_fifo, region_of
from airflow_provider_media.core.errors import DeliveryFailed, TargetGone
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.signing import unseal

if TYPE_CHECKING:
    from botocore.config import Config

AWS_SECONDS = 10


def signing_connection(target: Target) -> str:
    """Return the id of the connection that signs what a URL is sent; empty when nothing is signed."""
    return target.connection or str(conf.get("media", "announce_conn_id"))


def signing_secrets(target: Target) -> tuple[str, ...]:
    """Return the secrets that sign what a URL is sent.

    :raises DeliveryFailed: when the connection is missing.
    """
    conn_id = signing_connection(target)
    try:
        return secrets_of(BaseHook.get_connection(conn_id).password or "") if conn_id else ()
    except AirflowNotFoundException:
        raise _no_connection(conn_id) from None


async def asigning_secrets(target: Target) -> tuple[str, ...]:
    """Return the same secrets in the triggerer, where nothing may block.

    :raises DeliveryFailed: when the connection is missing.
    """
    conn_id = signing_connection(target)
    try:
        return secrets_of((await BaseHook.aget_connection(conn_id)).password or "") if conn_id else ()
    except AirflowNotFoundException:
        raise _no_connection(conn_id) from None


def _no_connection(conn_id: str) -> DeliveryFailed:
    return DeliveryFailed(f"the connection {conn_id} is missing: its password has to hold the signing secret of this target")


async def call(event: JobEvent, target: Target, secrets: tuple[str, ...]) -> DeliveryResponse:
    """Post an event to a target's URL once.

    :raises DeliveryRefused: when the URL may not be called.
    :raises ConfigurationError: when a signing secret is not valid.
    :raises ConfUntrusted: when the URL was sealed for another job, or under no key that is configured.
    """
    text = body(event, target.body)
    headers = signed_headers(event.id, timestamp=int(time.time()), body=text, secrets=secrets)
    return await post(unseal(target.url or "", job=event.subject), body=text, headers=headers, allow=settings.announce_allow())


def receipt(target: Target, answer: DeliveryResponse) -> dict[str, Any]:
    """Return the result of the delivery's task.

    :raises TargetGone: when the target wants no more events.
    :raises DeliveryFailed: when the target did not take the event; ``retry_after`` is in the detail.
    """
    match verdict(answer):
        case "delivered":
            return {"target": target.name, "status": answer.status}
        case "gone":
            raise TargetGone(f"{target.name} answered with 410: it is gone for good. Take it out of the workflow.")
        case _:
            answered = f"was answered with {answer.status}, not with 2xx" if answer.status else f"failed: {answer.problem}"
            raise DeliveryFailed(f"The delivery to {target.name} {answered}", retry_after=answer.retry_after)


def send(event: JobEvent, target: Target) -> dict[str, Any]:
    """Send an event to a queue or a topic, under the event's id.

    Duplicates have the same ``MessageDeduplicationId`` on FIFO, and the same attribute ``webhook-id`` everywhere.

    :raises DeliveryFailed: when AWS did not take the event.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        sent = _send_sqs(event, target) if target.sqs else _send_sns(event, target)
    except ClientError as error:
        raise DeliveryFailed(f"{target.name} was refused with {error.response['Error']['Code']}") from None
    except BotoCoreError as error:
        raise DeliveryFailed(f"{target.name} could not be reached: {type(error).__name__}") from None
    return {"target": target.name, "message_id": sent["MessageId"]}


def _send_sqs(event: JobEvent, target: Target) -> Any:
    from airflow.providers.amazon.aws.hooks.sqs import SqsHook

    queue = target.sqs or ""
    hook = SqsHook(aws_conn_id=_account(target), region_name=region_of(queue), config=_patience())
    return hook.get_conn().send_message(
        QueueUrl=queue, MessageBody=body(event, target.body), MessageAttributes=_attributes(event), **_fifo(event, queue)
    )


def _send_sns(event: JobEvent, target: Target) -> Any:
    from airflow.providers.amazon.aws.hooks.sns import SnsHook

    topic = target.sns or ""
    hook = SnsHook(aws_conn_id=_account(target), region_name=region_of(topic), config=_patience())
    return hook.get_conn().publish(
        TopicArn=topic, Message=body(event, target.body), MessageAttributes=_attributes(event), **_fifo(event, topic)
    )


def _account(target: Target) -> str:
    return target.connection or DEFAULT_AWS


def _attributes(event: JobEvent) -> dict[str, dict[str, str]]:
    # The names are those of the HTTP headers, so that a receiver of both finds the id under one name.
    return {name: {"DataType": "String", "StringValue": value} for name, value in (("webhook-id", event.id), ("type", event.type))}


def _fifo(event: JobEvent, address: str) -> dict[str, str]:
    return {"MessageGroupId": event.subject, "MessageDeduplicationId": event.id} if is_fifo(address) else {}


def _patience() -> Config:
    from botocore.config import Config

    # The schedule of deliveries does the retries.
    return Config(connect_timeout=AWS_SECONDS, read_timeout=AWS_SECONDS, retries={"total_max_attempts": 1})
