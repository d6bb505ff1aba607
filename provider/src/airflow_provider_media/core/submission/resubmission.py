"""Resubmission: the request that a job came from, to be made once more with the workflow as it is today."""

from __future__ import annotations

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.jobs.places import output_location
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.submit import Submission, configured_output, workflow_targets


def request_of(submission: Submission, account: Account) -> Request:
    """Return the request for a new job with the source, workflow, priority and targets of an earlier job.

    The source may have another version today. The output location is that of today's workflow, unless the request named
    another one. Targets of the earlier workflow are left out, because today's workflow has its own.

    :param submission: the earlier job, its secrets unsealed.
    """
    own = workflow_targets(submission.workflow)
    count = len(own) if submission.notify[: len(own)] == own else 0
    return Request(
        source=submission.source,
        workflow=submission.workflow.workflow.name,
        priority=submission.priority,
        output=None if submission.output == _default_output(submission, account) else submission.output,
        notify=submission.notify[count:],
        video=submission.video,
        alone=submission.subject is not None,
    )


def _default_output(submission: Submission, account: Account) -> str | None:
    """Return the output location that the earlier workflow or the account decides; None when they decide none."""
    try:
        return output_location(configured_output(submission.workflow, account), submission.source)
    except ConfigurationError:
        return None
