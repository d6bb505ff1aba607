"""Requests that jobs came from, from the confs of their runs in Airflow's database."""

from __future__ import annotations

from dataclasses import replace

from airflow.utils.session import create_session
from pydantic import ValidationError

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.resubmission import request_of
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.hooks.signing import is_signed, unseal
from airflow_provider_media.job_store.job_queries import find_run


def find_request(account: Account, job_id: str) -> Request:
    """Return the request that submits a job again, as a new job of today's workflow.

    :raises JobUnknown: when the account has no job of this id.
    :raises ConfUntrusted: when no submission has made the job, or another version of this package has.
    """
    with create_session(scoped=False) as session:
        run, _ = find_run(account, job_id, session)
        if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
            raise ConfUntrusted(f"No submission has made the job {job_id}; submit its source by its URI.")
        try:
            submission = Submission.from_json(dict(run.conf))
        except ValidationError:
            raise ConfUntrusted(
                f"Another version of this package has made the job {job_id}; submit its source by its URI."
            ) from None
    return request_of(_unsealed(submission), account)


def _unsealed(submission: Submission) -> Submission:
    def opened(target: Target) -> Target:
        return replace(target, address=unseal(target.address, job=submission.job_id))

    source = unseal(submission.source, job=submission.job_id)
    return replace(submission, source=source, notify=tuple(map(opened, submission.notify)))
