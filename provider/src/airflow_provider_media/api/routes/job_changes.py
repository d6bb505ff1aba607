"""Routes that change the priority of a job, and submit a job again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, Deliberate, JobId
from airflow_provider_media.api.answers import OF_BODIES, OF_CHANGES, answers, takes
from airflow_provider_media.api.backend import JobStoreNow, WorkflowsNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.job_backend import JobRequestNow, PriorityChangeNow
from airflow_provider_media.api.models import PriorityBody
from airflow_provider_media.api.routes.jobs import linked
from airflow_provider_media.api.routes.submissions import REFUSALS, submission_answer
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.submission.request import validated
from airflow_provider_media.core.submission.submit import JobReceipt, submit
from airflow_provider_media.core.submission.views import JobView

BODIES = (PriorityBody,)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[Deliberate])


@router.post(
    "/{job_id}/priority",
    summary="Change the priority of a job",
    responses=answers(
        *OF_BODIES,
        "job_unknown",
        "job_ended",
        "job_begun",
        "conf_untrusted",
        "queue_full",
        "queue_missing",
        example=examples.JOB,
    ),
    openapi_extra=takes(PriorityBody, examples.PRIORITY),
)
async def change_job_priority(
    request: Request, account: AccountToChange, job_id: JobId, body: JsonBody, change: PriorityChangeNow
) -> JobView:
    """Move a waiting job to the queue of another priority.

    The job keeps its id and the time of its submission, which decides on its place among the jobs of its new priority.
    The rules for a new job apply: the job starts if a slot is free for it, and is refused if the queue is full. Only a
    job that has waited since its submission can be moved. A job that has the priority already stays as it is.
    """
    wanted = validated(PriorityBody, body).priority
    return linked(await in_own_thread(lambda: change(account, job_id, wanted)), request)


@router.post(
    "/{job_id}/resubmit",
    summary="Submit a job again",
    status_code=201,
    responses=answers(*OF_CHANGES, *REFUSALS, "job_unknown", "conf_untrusted", example=examples.RECEIPT, status=201),
)
async def resubmit_job(
    *,
    request: Request,
    response: Response,
    account: AccountToChange,
    job_id: JobId,
    find: JobRequestNow,
    store: JobStoreNow,
    workflows: WorkflowsNow,
) -> JobReceipt:
    """Submit a new job with the source, workflow and priority of an earlier one.

    The new job takes the workflow and the source as they are today; a retry takes the workflow as it was. It has the
    same `video`, targets and, if the request named one, output location. While another job of the same video, or else
    of the same source and workflow, has not ended, the answer is `source_busy`.
    """
    receipt = await in_own_thread(
        lambda: submit(find(account, job_id), account=account, store=store, workflows=workflows)
    )
    return submission_answer(receipt, request, response)
