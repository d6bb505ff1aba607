"""MediaNotifier: sends events of any DAG to a URL, a queue or a topic, in the form of job events."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from airflow_provider_media.core.announce.event import MESSAGE_BYTES, JobEvent, clipped, event_id
from airflow_provider_media.core.announce.target import Target
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.hooks.deliveries import asigning_secrets, call, receipt, send, signing_secrets

if TYPE_CHECKING:
    from airflow.sdk import Context

GROUP_LENGTH = 128
"""Longest MessageGroupId, in characters.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html.
"""


class MediaNotifier(BaseNotifier):
    """Send one event about a task or a run, without retries.

    Requests to a URL are signed as in Standard Webhooks. For events that must arrive, use ``media_announce``, which
    retries for three days.

    :param type: type of the event, such as ``task.failed``.
    :param url: an ``https://`` URL; give exactly one of ``url``, ``sqs`` and ``sns`` (templated).
    :param sqs: URL of an SQS queue (templated).
    :param sns: ARN of an SNS topic (templated).
    :param connection: connection with the signing secret of the URL, or with the AWS account.
    :param content: content of the event besides the ids of DAG, run and task (templated).
    """

    template_fields: Sequence[str] = ("url", "sqs", "sns", "content")

    def __init__(
        self,
        *,
        type: str,  # noqa: A002 - the word of Standard Webhooks
        url: str | None = None,
        sqs: str | None = None,
        sns: str | None = None,
        connection: str | None = None,
        content: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if sum(address is not None for address in (url, sqs, sns)) != 1:
            raise ValueError("a notifier tells one target: give exactly one of url, sqs and sns")
        self.type = type
        self.url = url
        self.sqs = sqs
        self.sns = sns
        self.connection = connection
        self.content = dict(content or {})

    @property
    def target(self) -> Target:
        """The target of the event."""
        return Target(url=self.url, sqs=self.sqs, sns=self.sns, connection=self.connection)

    def notify(self, context: Context) -> None:
        """Send the event from a worker or the DAG processor.

        :raises DeliveryFailed: when the target did not accept the event.
        """
        event, target = event_of(self.type, context, self.content), self.target
        if target.url:
            receipt(target, asyncio.run(call(event, target, signing_secrets(target))))
        else:
            send(event, target)

    async def async_notify(self, context: Context) -> None:
        """Send the event from the triggerer.

        :raises DeliveryFailed: when the target did not accept the event.
        """
        event, target = event_of(self.type, context, self.content), self.target
        if target.url:
            receipt(target, await call(event, target, await asigning_secrets(target)))
        else:
            await asyncio.to_thread(send, event, target)


def event_of(type_: str, context: Mapping[str, Any], content: Mapping[str, Any]) -> JobEvent:
    """Return the event of a task or a run.

    :param context: context of the callback; where it names a task, each try is an event of its own.
    """
    task = context.get("ti") or context.get("task_instance")
    run = context.get("dag_run") or task
    facts = {
        "dag_id": getattr(run, "dag_id", None),
        "run_id": getattr(run, "run_id", None),
        "task_id": getattr(task, "task_id", None),
        "map_index": getattr(task, "map_index", None),
        "try_number": getattr(task, "try_number", None),
    }
    return JobEvent(
        id=event_id(type_, *facts.values()),
        type=type_,
        time=datetime.now(UTC),
        subject=f"{facts['dag_id']}/{facts['run_id']}"[:GROUP_LENGTH],
        content={**facts, **_reason(context), **content},
    )


def _reason(context: Mapping[str, Any]) -> dict[str, str]:
    error = context.get("exception")
    if isinstance(error, MediaError):
        return {"reason": f"{error.code}: {clipped(error.message, MESSAGE_BYTES)}"}
    # The message of another error may contain text that outsiders should not read.
    return {"reason": type(error).__name__} if isinstance(error, BaseException) else {}
