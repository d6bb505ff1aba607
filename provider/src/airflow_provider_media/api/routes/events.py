"""Hearing of uploads."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, Deliberate
from airflow_provider_media.api.answers import OF_BODIES, answers
from airflow_provider_media.api.backend import LedgerNow, Watching, WatchingNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.models import ArrivedUploads
from airflow_provider_media.api.threads import in_own_thread
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.uploads import Upload, uploads
from airflow_provider_media.core.job.arriving import submit_uploads, told_by_push, waits_for
from airflow_provider_media.core.job.submission import Ledger
from airflow_provider_media.core.workflows.model import FrozenWorkflow

router = APIRouter(prefix="/events", tags=["uploads"], dependencies=[Deliberate])


@router.post(
    "/s3",
    summary="Tell of uploads",
    responses=answers(*OF_BODIES, "location_forbidden", "queue_full", "queue_missing", example=examples.ARRIVED),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "examples": dict(examples.EVENTS)}},
        }
    },
)
async def hear_of_uploads(*, account: AccountToChange, body: JsonBody, ledger: LedgerNow, watching: WatchingNow) -> ArrivedUploads:
    """Submit a job for each new object that the trigger of an enabled workflow waits for: one of this account with `events: push`.

    Takes what S3, MinIO and Ceph send, EventBridge's events, and both inside of SNS. Telling of an upload again changes nothing, and what
    no workflow waits for is passed over. After any answer but a success, tell of all of them again.
    """
    return await in_own_thread(lambda: _heard(body, account, ledger, watching))


def _heard(body: Mapping[str, Any], account: Account, ledger: Ledger, watching: Watching) -> ArrivedUploads:
    waiting = [frozen for frozen in watching.workflows() if told_by_push(frozen, account)]
    told = [upload for upload in uploads(body) if not _is_output(upload, waiting, watching)]
    return ArrivedUploads(jobs=tuple(submit_uploads(told, waiting, account=account, ledger=ledger)))


def _is_output(upload: Upload, waiting: Sequence[FrozenWorkflow], watching: Watching) -> bool:
    triggers = [frozen.workflow.trigger for frozen in waiting]
    return any(trigger and waits_for(trigger, upload) and watching.is_output(trigger.connection, upload.uri) for trigger in triggers)
