"""Routes that list, read, cancel and retry jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, AccountToRead, Deliberate, JobId
from airflow_provider_media.api.answers import OF_ACCOUNTS, OF_CHANGES, answers
from airflow_provider_media.api.backend import JobCommandsNow, JobQueriesNow
from airflow_provider_media.api.error_reference import advice_of
from airflow_provider_media.api.etags import headers_of, is_known
from airflow_provider_media.api.models import JobQuery
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.submission.views import JobPage, JobView

router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[Deliberate])


@router.get("", summary="List jobs", response_model=JobPage, responses=answers(*OF_ACCOUNTS, example=examples.PAGE))
def list_jobs(
    *,
    request: Request,
    response: Response,
    account: AccountToRead,
    wanted: Annotated[JobQuery, Query()],
    jobs: JobQueriesNow,
) -> JobPage | Response:
    """List the account's jobs in pages, newest first.

    For the next page, set `cursor` to the `next` of the previous page, and repeat all other filters. Jobs in a list
    have no outputs, and without `details=true` no progress, position, durations, thumbnail or errors: read a single
    job to get those. Without `details=true` a list costs the server least.
    """
    found = jobs.find_jobs(account, wanted.filter())
    headers = headers_of(found.version, request)
    if is_known(request, headers):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    page = found.page()
    return replace(page, jobs=tuple(linked(job, request) for job in page.jobs))


@router.get("/{job_id}", summary="Get a job", responses=answers(*OF_ACCOUNTS, "job_unknown", example=examples.JOB))
def read_job(request: Request, account: AccountToRead, job_id: JobId, jobs: JobQueriesNow) -> JobView:
    """Return one job: its state, its position in the queue, its progress, its outputs, and why it failed.

    Each error has a code, a message, and where the code is known, the advice what to do next.
    """
    return advised(linked(jobs.find_job(account, job_id), request))


def linked(job: JobView, request: Request) -> JobView:
    """Return a job with the path of its thumbnail's route in place of the picture's URI."""
    if job.thumbnail is None:
        return job
    root = request.scope.get("root_path", "")
    return replace(job, thumbnail=f"{root}/v1/accounts/{job.account}/jobs/{job.id}/thumbnail")


def advised(job: JobView) -> JobView:
    """Return a job whose errors say what to do next."""
    advice = ((error, advice_of(str(error.get("code")))) for error in job.errors)
    return replace(job, errors=tuple({**error, "advice": text} if text else error for error, text in advice))


@router.post(
    "/{job_id}/cancel",
    summary="Cancel a job",
    status_code=202,
    responses=answers(*OF_CHANGES, "job_unknown", "job_ended", "job_starting", example=examples.JOB, status=202),
)
async def cancel_job(request: Request, account: AccountToChange, job_id: JobId, commands: JobCommandsNow) -> JobView:
    """Cancel a job that waits or runs.

    Its FFmpeg processes end within seconds, and nothing that it made is published.
    """
    return linked(await in_own_thread(lambda: commands.cancel_job(account, job_id)), request)


@router.post(
    "/{job_id}/retry",
    summary="Retry a job",
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
async def retry_job(request: Request, account: AccountToChange, job_id: JobId, commands: JobCommandsNow) -> JobView:
    """Put a job that did not succeed back into its queue, as it was submitted.

    Finished work is not done again.
    """
    return linked(await in_own_thread(lambda: commands.retry_job(account, job_id)), request)
