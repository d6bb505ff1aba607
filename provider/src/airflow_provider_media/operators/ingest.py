"""IngestSubmitOperator: a task puts a job into the ingest queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.ingest.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.ingest.request import Request, parse_request
from airflow_provider_media.core.job.submission import submit
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.job_store.task_api_store import TaskApiStore
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.masked_urls import MaskedUrls

if TYPE_CHECKING:
    from airflow.sdk import Context

FIELDS = {
    "source": "source",
    "workflow": "workflow",
    "priority": "priority",
    "location": "output",
    "source_version": "source_version",
    "notify": "notify",
    "video": "video",
}
"""Fields of a request as the REST API names them, by the operator's own names: ``output`` means something else to Airflow."""


class IngestSubmitOperator(BaseOperator):
    """Submit one source to a workflow, by way of an account's queues, and answer with the receipt; do not wait for the job.

    A retry of the task, or clearing it, gives the same job as long as the request is the same. A full queue is a failure that Airflow's
    retries cure.

    :param source: URI of the source: ``s3://``, ``https://`` or ``file://``.
    :param workflow: name of the workflow; the account's own when absent.
    :param priority: ``normal`` (the default) or ``low``.
    :param account: account whose queues take the job.
    :param location: URI below which outputs go.
    :param source_version: version that the source must still have when it is processed.
    :param notify: who is told of the end, as in the REST API.
    :param video: your own name of the video.
    :param idempotency_key: the same key again gives the same job; made of the task and its request when absent.
    """

    template_fields: Sequence[str] = (*FIELDS, "account", "idempotency_key")
    ui_color = "#e6f4ea"
    source: Any = MaskedUrls()
    notify: Any = MaskedUrls()

    def __init__(
        self,
        *,
        source: str,
        workflow: str | None = None,
        priority: str | None = None,
        account: str = DEFAULT_ACCOUNT,
        location: str | None = None,
        source_version: str | None = None,
        notify: Sequence[Mapping[str, Any]] = (),
        video: str | None = None,
        idempotency_key: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.workflow = workflow
        self.priority = priority
        self.account = account
        self.location = location
        self.source_version = source_version
        self.notify = notify
        self.video = video
        self.idempotency_key = idempotency_key

    def execute(self, context: Context) -> dict[str, Any]:
        """Answer with the receipt as JSON: ``id``, ``account``, ``priority``, ``state``, ``submitted_at`` and ``created``."""
        from airflow_provider_media.hooks.catalogue import find_workflow, queues

        with airflow_failures():
            account = queues().account(self.account)
            request = parse_request({name: value for own, name in FIELDS.items() if (value := getattr(self, own))}, account)
            key = self.idempotency_key or key_of(context, request)
            receipt = submit(replace(request, idempotency_key=key), account=account, store=TaskApiStore(), workflows=find_workflow)
        self.log.info("%s is the job %s of %s", redact(request.source), receipt.id, request.workflow)
        return dict(to_json(receipt))


def key_of(context: Context, request: Request) -> str:
    """What a task's request is told by, at every attempt alike."""
    task = context["ti"]
    return f"{task.dag_id} {task.run_id} {task.task_id} {task.map_index} {request.hash}"
