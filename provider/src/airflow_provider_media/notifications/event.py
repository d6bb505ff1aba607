"""MediaNotifier: sends events of any DAG to a notification target, in the form of job events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from airflow_provider_media.core.announcements.event import MESSAGE_BYTES, JobEvent, clipped, event_id
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.announcements.targets import ONE_ADDRESS, TARGETS
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.hooks.deliveries import asend, send

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["MediaNotifier"]

GROUP_LENGTH = 128
"""Longest MessageGroupId, in characters.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html.
"""


class MediaNotifier(BaseNotifier):
    """Send one event about a task or a run, without retries.

    Requests to a URL are signed as in Standard Webhooks. For events that must arrive, use ``media_announce``, which
    retries for three days.

    :param type: type of the event, such as ``task.failed``.
    :param connection: connection with the signing secret of the URL, or with the AWS account.
    :param content: content of the event besides the ids of DAG, run and task (templated).
    :param address: exactly one address of a target, as in the ``notifications`` of a workflow, such as ``url`` or
        ``sqs`` (templated).
    """

    template_fields: Sequence[str] = (*TARGETS, "content")

    def __init__(
        self,
        *,
        type: str,  # noqa: A002 - the word of Standard Webhooks
        connection: str | None = None,
        content: Mapping[str, Any] | None = None,
        **address: str | None,
    ) -> None:
        super().__init__()
        if unknown := address.keys() - TARGETS.keys():
            raise TypeError(f"MediaNotifier has no parameter {', '.join(sorted(unknown))}; {ONE_ADDRESS}")
        given = [name for name, value in address.items() if value is not None]
        if len(given) != 1:
            raise ValueError(f"a notifier has one target: {ONE_ADDRESS}")
        (self.kind,) = given
        self.type = type
        # Airflow renders templates in attributes.
        for name in TARGETS:
            setattr(self, name, address.get(name))
        self.connection = connection
        self.content = dict(content or {})

    @property
    def target(self) -> Target:
        """The target of the event."""
        return Target(kind=self.kind, address=getattr(self, self.kind), connection=self.connection)

    def notify(self, context: Context) -> None:
        """Send the event from a worker or the DAG processor.

        :raises DeliveryFailed: when the target did not accept the event.
        """
        send(event_of(self.type, context, self.content), self.target)

    async def async_notify(self, context: Context) -> None:
        """Send the event from the triggerer.

        :raises DeliveryFailed: when the target did not accept the event.
        """
        await asend(event_of(self.type, context, self.content), self.target)


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
