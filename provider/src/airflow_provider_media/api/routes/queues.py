"""Route that shows the queues."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToRead
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.backend import JobQueriesNow
from airflow_provider_media.core.ingest.views import AccountView

router = APIRouter(prefix="/queues", tags=["queues"])


@router.get("", summary="Look at the queues", responses=answers(*OF_ACCOUNTS, "queue_missing", example=examples.QUEUES))
def read_queues(account: AccountToRead, jobs: JobQueriesNow) -> AccountView:
    """Return how many jobs are active and how many wait, the submission time of the oldest, and the limits."""
    return jobs.describe_queues(account)
