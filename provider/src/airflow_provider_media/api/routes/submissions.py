"""Routes that submit jobs."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountName, Deliberate, MayNow, account_to_change
from airflow_provider_media.api.answers import OF_BODIES, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import JobStoreNow, QueuesNow, WorkflowsNow
from airflow_provider_media.api.body import JsonBody, json_object
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import AccountUnknown
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.submission.request import BrightcoveBody, RequestBody, parse_request
from airflow_provider_media.core.submission.submit import JobReceipt, submit

BODIES = (RequestBody, BrightcoveBody)
"""The two forms of a request; the app adds their schemas to its OpenAPI document."""
REFUSALS = (
    "location_forbidden",
    "priority_unknown",
    "workflow_unknown",
    "workflow_invalid",
    "idempotency_conflict",
    "source_busy",
    "workflow_paused",
    "queue_full",
    "queue_missing",
)
SUBMISSION: dict[str, Any] = {
    "status_code": 201,
    "tags": ["jobs"],
    "responses": answers(*OF_BODIES, *REFUSALS, example=examples.RECEIPT, status=201)
    | {200: {"model": JobReceipt, "description": "The same request had made the job before."}},
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [{"$ref": f"#/components/schemas/{body.__name__}"} for body in BODIES]},
                    "examples": dict(examples.REQUESTS),
                }
            },
        }
    },
}
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description=(
            "The same key again gives the same job; with another body it is refused. May stand in the body instead."
        ),
    ),
]
VideoId = Annotated[
    str,
    Path(
        pattern=r"^[^\x00-\x1f]{1,255}$",
        description="Your own name of the video: it is not processed again before its job has ended.",
        examples=["lecture-17"],
    ),
]


async def account_to_submit(
    request: Request, account: AccountName, user: User, may: MayNow, queues: QueuesNow
) -> Account:
    """Return the account in a request's path; its errors take the form of the request's body.

    :raises MediaError: as :func:`account_to_change` does.
    """
    try:
        return await run_in_threadpool(account_to_change, request, account, user, may, queues)
    except (AccountUnknown, Forbidden):
        with suppress(MediaError):
            await json_object(request)
        raise


AccountToSubmit = Annotated[Account, Depends(account_to_submit)]
router = APIRouter(dependencies=[Deliberate])


@router.post("/ingest-requests", summary="Submit a job", **SUBMISSION)
async def submit_request(
    *,
    request: Request,
    response: Response,
    account: AccountToSubmit,
    body: JsonBody,
    store: JobStoreNow,
    workflows: WorkflowsNow,
    idempotency_key: IdempotencyKey = None,
) -> JobReceipt:
    """Submit one source to the account's queue of its priority.

    The body is in this API's own form, or in the form of Brightcove's Dynamic Ingest, which has the field `master`. The
    job keeps a copy of its workflow and presets: later changes of those files do not change the job. The job is stored,
    and can be read, as soon as this request is answered. The header `Location` holds the job's address.
    """
    asked = parse_request(body, account, idempotency_key=idempotency_key)
    receipt = await in_own_thread(lambda: submit(asked, account=account, store=store, workflows=workflows))
    return submission_answer(receipt, request, response)


@router.post("/videos/{video_id}/ingest-requests", summary="Submit a job for a video", **SUBMISSION)
async def submit_request_for_video(
    *,
    request: Request,
    response: Response,
    account: AccountToSubmit,
    video_id: VideoId,
    body: JsonBody,
    store: JobStoreNow,
    workflows: WorkflowsNow,
    idempotency_key: IdempotencyKey = None,
) -> JobReceipt:
    """Submit one source for a video that the address names, for clients that were written for Brightcove.

    While a job of the video has not ended, another job is refused with `source_busy`.
    """
    asked = parse_request(body, account, idempotency_key=idempotency_key, video=video_id)
    receipt = await in_own_thread(lambda: submit(asked, account=account, store=store, workflows=workflows))
    return submission_answer(receipt, request, response)


def submission_answer(receipt: JobReceipt, request: Request, response: Response) -> JobReceipt:
    """Return a receipt, and set the status and the location of its answer."""
    response.status_code = 201 if receipt.created else 200
    response.headers["Location"] = request.url_for("read_job", account=receipt.account, job_id=receipt.id).path
    return receipt
