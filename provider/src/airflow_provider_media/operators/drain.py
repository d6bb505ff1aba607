"""UploadDrainOperator: turns the messages of an SQS queue into jobs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator

from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.uploads.queue_messages import Drain, Drained, Message
from airflow_provider_media.core.uploads.upload_trigger import matches_queue
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.media import MediaHook, outputs
from airflow_provider_media.hooks.sqs import UploadQueue
from airflow_provider_media.job_store.errors import ManualActionRefused
from airflow_provider_media.job_store.task_api_store import TaskApiStore
from airflow_provider_media.operators.failures import airflow_failures

if TYPE_CHECKING:
    from airflow.sdk import Context

REFRESH_SECONDS = 600.0
"""Seconds after which a drain ends. The next run of the DAG then serves the queues that workflows name by that time."""
RECEIVES = 50
"""Most receive calls before the task defers again."""


class UploadDrainOperator(BaseOperator):
    """Submit a job for each upload that the messages of an SQS queue announce, and delete the messages afterwards.

    The operator waits in the triggerer. A crash loses no upload and creates no job twice: SQS delivers the messages
    again, and a job's id is derived from bucket, key and version. An unreadable message stays in the queue, for the
    queue's own redrive policy.

    :param url: URL of the queue; the operator serves the workflows whose trigger names this queue.
    :param connection: Airflow connection that reads the queue, of type ``aws`` or ``media``.
    :param give_up_seconds: seconds after which the task ends.
    """

    template_fields: Sequence[str] = ("url", "connection")
    ui_color = "#e6f4ea"

    def __init__(
        self,
        *,
        url: str,
        connection: str = MediaHook.default_conn_name,
        give_up_seconds: float = REFRESH_SECONDS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.connection = connection
        self.give_up_seconds = give_up_seconds

    def execute(self, context: Context) -> NoReturn:
        """Defer to the triggerer until messages arrive."""
        with airflow_failures():
            if runs.is_test():
                raise ManualActionRefused(
                    f"A test does not read {self.url}: it would submit jobs and delete messages. Unpause or trigger the"
                    " DAG instead."
                )
            self.wait(time.time() + self.give_up_seconds, {})

    def wait(self, until: float, counts: Mapping[str, int]) -> NoReturn:
        """Defer until further messages arrive."""
        from airflow_provider_media.triggers.upload_queue import UploadQueueTrigger

        trigger = UploadQueueTrigger(url=self.url, connection=self.connection, lanes=lanes(self.waiting()), until=until)
        self.defer(trigger=trigger, method_name=self.received.__name__, kwargs={"until": until, "counts": dict(counts)})

    def received(
        self, context: Context, event: list[dict[str, Any]], until: float, counts: dict[str, int]
    ) -> dict[str, int]:
        """Submit jobs, delete their messages, then wait again.

        The last call returns four counts. ``created`` and ``known`` count new and already known jobs. ``passed`` counts
        messages that asked for no job. ``stayed`` counts messages left in the queue.
        """
        with airflow_failures():
            total = Counter(counts) + self.drain([from_json(Message, each) for each in event])
            if time.time() < until:
                self.wait(until, total)
        return dict(total)

    def drain(self, messages: list[Message]) -> Counter[str]:
        """Process the received messages, then those that wait behind them in the queue."""
        from airflow_provider_media.hooks.catalogue import is_complete, queues
        from airflow_provider_media.triggers.upload_queue import room_of

        counts: Counter[str] = Counter()
        if not messages:
            return counts
        source, waiting = UploadQueue(self.url, self.connection), self.waiting()
        work = Drain(
            waiting=waiting, account=queues().account, store=TaskApiStore(), is_output=outputs(), complete=is_complete()
        )
        for _ in range(RECEIVES):
            drained = list(work.drain(messages))
            source.delete([each.message for each in drained if each.error is None])
            counts += self.count_outcomes(drained)
            most = room_of(lanes(waiting))
            messages = source.receive(most=most) if most else []
            if not messages:
                break
        return counts

    def waiting(self) -> tuple[FrozenWorkflow, ...]:
        """Return the workflows that the queue serves; jobs of a paused workflow wait."""
        from airflow_provider_media.hooks.catalogue import all_workflows

        return tuple(frozen for frozen in all_workflows().values() if matches_queue(frozen, self.url))

    def count_outcomes(self, drained: Iterable[Drained]) -> Counter[str]:
        """Log the outcome of each message, and return the counts."""
        counts: Counter[str] = Counter()
        for each in drained:
            if each.error is not None:
                self.log.warning(
                    "%s: the message %s stays in %s: %s", each.error.code, each.message.id, self.url, each.error.message
                )
                counts["stayed"] += 1
            elif not each.arrived:
                counts["passed"] += 1
            for arrived in each.arrived:
                self.log.info("%s is the job %s of %s", arrived.source, arrived.job, arrived.workflow)
                counts["created" if arrived.created else "known"] += 1
        return counts


def lanes(workflows: Iterable[FrozenWorkflow]) -> list[dict[str, Any]]:
    """Return the ingest queues that the workflows submit to, in the form that ``room_of`` takes.

    The list leaves out accounts that do not exist.
    """
    from airflow_provider_media.hooks.catalogue import queues

    known = queues().accounts
    found = Counter(
        (each.workflow.trigger.account, each.workflow.priority) for each in workflows if each.workflow.trigger
    )
    return [
        {"account": to_json(known[account]), "priority": priority, "workflows": count}
        for (account, priority), count in found.items()
        if account in known
    ]
