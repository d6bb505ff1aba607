"""Routes that list, read, cancel and retry jobs."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, AccountToRead, Deliberate, JobId
from airflow_provider_media.api.answers import OF_ACCOUNTS, OF_CHANGES, answers
from airflow_provider_media.api.backend import JobCommandsNow, JobQueriesNow
from airflow_provider_media.api.models import JobQuery
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.ingest.views import JobPage, JobView

router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[Deliberate])


@router.get("", summary="List jobs", responses=answers(*OF_ACCOUNTS, example=examples.PAGE))
def list_jobs(account: AccountToRead, wanted: Annotated[JobQuery, Query()], jobs: JobQueriesNow) -> JobPage:
    """List the account's jobs in pages, newest first.

    For the next page, set `cursor` to the `next` of the previous page, and repeat all other filters. Jobs in a list
    have no progress, position, outputs or errors: read a single job to get those.
    """
    return jobs.list_jobs(account, wanted.filter())


@router.get("/{job_id}", summary="Ask for one job", responses=answers(*OF_ACCOUNTS, "job_unknown", example=examples.JOB))
def read_job(account: AccountToRead, job_id: JobId, jobs: JobQueriesNow) -> JobView:
    """Return one job: its state, its position in the queue, its progress, its outputs, and why it failed."""
    return jobs.find_job(account, job_id)


@router.post(
    "/{job_id}/cancel",
    summary="Cancel a job",
    status_code=202,
    responses=answers(*OF_CHANGES, "job_unknown", "job_ended", "job_starting", example=examples.JOB, status=202),
)
async def cancel_job(account: AccountToChange, job_id: JobId, commands: JobCommandsNow) -> JobView:
    """Cancel a job that waits or runs.

    Its FFmpeg processes end within seconds, and nothing that it made is published.
    """
    return await in_own_thread(lambda: commands.cancel_job(account, job_id))


@router.post(
    "/{job_id}/retry",
    summary="Try a job again",
    status_code=202,
    responses=answers(
        *OF_CHANGES,
        "job_unknown",
        "job_ended",
        "job_not_ended",
        "queue_full",
        "source_busy",
        "workflow_paused",
        "queue_missing",
        example=examples.JOB,
        status=202,
    ),
)
async def retry_job(account: AccountToChange, job_id: JobId, commands: JobCommandsNow) -> JobView:
    """Put a job that did not succeed back into its queue, as it was submitted.

    Finished work is not done again.
    """
    return await in_own_thread(lambda: commands.retry_job(account, job_id))
