"""Route that lists the workflows."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToRead
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.backend import WorkflowListNow
from airflow_provider_media.core.ingest.views import WorkflowPage

router = APIRouter(prefix="/workflows", tags=["workflows"])


@router.get("", summary="List workflows", responses=answers(*OF_ACCOUNTS, example=examples.WORKFLOWS))
def list_workflows(account: AccountToRead, listing: WorkflowListNow) -> WorkflowPage:  # noqa: ARG001 - whoever may look at an account may see them
    """List the workflows without errors by name, with whether each one is paused."""
    return WorkflowPage(workflows=tuple(listing()))
