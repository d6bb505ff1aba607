"""Routes that start jobs for uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, Deliberate
from airflow_provider_media.api.answers import OF_BODIES, answers
from airflow_provider_media.api.backend import JobStoreNow, UploadTriggers, UploadTriggersNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.models import ArrivedUploads, ReprocessBody
from airflow_provider_media.api.routes.submissions import IdempotencyKey
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.submission.request import validated
from airflow_provider_media.core.submission.submit import JobStore
from airflow_provider_media.core.uploads.matching import Upload, uploads
from airflow_provider_media.core.uploads.upload_trigger import matches_push, reprocess, submit_uploads, waits_for
from airflow_provider_media.core.workflows.model import FrozenWorkflow

BODIES = (ReprocessBody,)
"""Bodies whose schemas the app adds to its OpenAPI document."""
router = APIRouter(tags=["uploads"], dependencies=[Deliberate])


@router.post(
    "/events/s3",
    summary="Report uploads",
    responses=answers(*OF_BODIES, "location_forbidden", "queue_full", "queue_missing", example=examples.ARRIVED),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "examples": dict(examples.EVENTS)}},
        }
    },
)
async def hear_of_uploads(
    *, account: AccountToChange, body: JsonBody, store: JobStoreNow, upload_triggers: UploadTriggersNow
) -> ArrivedUploads:
    """Submit a job for each new object and each workflow whose upload trigger matches it.

    Workflows take part when their trigger names this account and says `events: push`. The body is a notification of S3,
    MinIO or Ceph, an EventBridge event, or either of them inside an SNS message. A repeated notification changes
    nothing. Objects that no workflow waits for are ignored. Jobs of a paused workflow wait until it is unpaused. After
    any answer but a success, send the whole notification again.
    """
    return await in_own_thread(lambda: _heard(body, account, store, upload_triggers))


def _heard(
    body: Mapping[str, Any], account: Account, store: JobStore, upload_triggers: UploadTriggers
) -> ArrivedUploads:
    waiting = [frozen for frozen in upload_triggers.workflows() if matches_push(frozen, account)]
    uploaded = [upload for upload in uploads(body) if not _is_output(upload, waiting, upload_triggers)]
    return ArrivedUploads(jobs=tuple(submit_uploads(uploaded, waiting, account=account, store=store)))


@router.post(
    "/reprocess-requests",
    summary="Reprocess an object",
    status_code=201,
    responses=answers(
        *OF_BODIES,
        "location_forbidden",
        "workflow_unknown",
        "workflow_paused",
        "queue_full",
        "queue_missing",
        example=examples.ARRIVED,
        status=201,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/ReprocessBody"},
                    "examples": {
                        "all": {
                            "summary": "For each workflow whose upload trigger matches",
                            "value": {"source": "s3://media-in/uploads/lecture.mp4"},
                        }
                    },
                }
            },
        }
    },
)
async def reprocess_object(
    *,
    account: AccountToChange,
    body: JsonBody,
    store: JobStoreNow,
    upload_triggers: UploadTriggersNow,
    idempotency_key: IdempotencyKey = None,
) -> ArrivedUploads:
    """Submit the jobs that a new upload of the object would start, whatever earlier jobs have done for it."""
    asked = validated(ReprocessBody, body)
    waiting = [frozen for frozen in upload_triggers.workflows() if asked.workflow in (None, frozen.workflow.name)]
    jobs = await in_own_thread(
        lambda: reprocess(asked.source, waiting, account=account, store=store, key=idempotency_key)
    )
    return ArrivedUploads(jobs=jobs)


def _is_output(upload: Upload, waiting: Sequence[FrozenWorkflow], upload_triggers: UploadTriggers) -> bool:
    triggers = [frozen.workflow.trigger for frozen in waiting]
    return any(
        trigger and waits_for(trigger, upload) and upload_triggers.is_output(trigger.connection, upload.uri)
        for trigger in triggers
    )
