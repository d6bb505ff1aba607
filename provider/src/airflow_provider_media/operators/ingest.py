"""IngestSubmitOperator: submits a job to the ingest queues from a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.request import Request, parse_request
from airflow_provider_media.core.submission.submit import submit
from airflow_provider_media.job_store.task_api_store import TaskApiStore
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.masked_urls import MaskedUrls

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["IngestSubmitOperator"]

FIELDS = {
    "source": "source",
    "workflow": "workflow",
    "priority": "priority",
    "location": "output",
    "source_version": "source_version",
    "notify": "notify",
    "video": "video",
}
"""Fields of a REST request by the operator's own parameter names.

``location`` stands for ``output``, because Airflow uses that name for something else.
"""


class IngestSubmitOperator(BaseOperator):
    """Submit one source to a workflow through an account's queues, and return the receipt.

    The operator does not wait for the job. A retry or a clear of the task gives the same job as long as the request is
    the same. A full queue fails the task; Airflow's retries submit again. All parameters below are templated.

    :param source: URI of the source, of any scheme.
    :param workflow: name of the workflow; the account's default when absent.
    :param priority: ``normal`` (the default) or ``low``.
    :param account: account whose queues take the job.
    :param location: URI below which the outputs go.
    :param source_version: version that the source must still have when the job reads it.
    :param notify: targets that receive the job's events, in the form of the REST API.
    :param video: the caller's own name for the video.
    :param idempotency_key: the same key gives the same job; derived from the task and its request when absent.
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
        """Return the receipt as JSON.

        Its fields are ``id``, ``account``, ``priority``, ``state``, ``submitted_at`` and ``created``.
        """
        from airflow_provider_media.hooks.catalogue import find_workflow, queues

        with airflow_failures():
            account = queues().account(self.account)
            request = parse_request(
                {name: value for own, name in FIELDS.items() if (value := getattr(self, own))}, account
            )
            key = self.idempotency_key or key_of(context, request)
            receipt = submit(
                replace(request, idempotency_key=key), account=account, store=TaskApiStore(), workflows=find_workflow
            )
        self.log.info("%s is the job %s of %s", redact(request.source), receipt.id, request.workflow)
        return dict(to_json(receipt))


def key_of(context: Context, request: Request) -> str:
    """Return the idempotency key of a task's request; every attempt has the same key."""
    task = context["ti"]
    return f"{task.dag_id} {task.run_id} {task.task_id} {task.map_index} {request.hash}"
