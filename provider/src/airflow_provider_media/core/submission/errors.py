"""Refusals of submissions."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class WorkflowUnknown(SubmissionError):
    """There is no such workflow."""

    code = "workflow_unknown"
    advice = "Send a name that `airflow media workflows` lists."


class ConfUntrusted(SubmissionError):
    """The run's conf was not made by a submission, or it was changed afterwards."""

    code = "conf_untrusted"
    advice = "Submit the job by REST, CLI or operator instead of writing the run's conf by hand."


class IdempotencyConflict(SubmissionError):
    """The idempotency key was used for another request."""

    code = "idempotency_conflict"
    advice = "Send a new idempotency key, or the first request unchanged."


class WorkflowPaused(SubmissionError):
    """The workflow is paused; submit again once its DAG is unpaused."""

    code = "workflow_paused"
    retryable = True
    advice = "Unpause the workflow's DAG and submit again, or write `paused_workflows: wait` into include/queues.yaml."


class QueueFull(SubmissionError):
    """The queue is full; try again later."""

    code = "queue_full"
    retryable = True
    advice = "Submit again later, or raise the queue's limit in include/queues.yaml."


class QueueMissing(SubmissionError):
    """Airflow does not know the account's queues yet."""

    code = "queue_missing"
    retryable = True
    advice = "Start the DAG processor, wait until Airflow lists the DAG, and send the request again."
