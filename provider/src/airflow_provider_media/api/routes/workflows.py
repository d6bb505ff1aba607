"""Routes that list and read the workflows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToRead
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.backend import WorkflowListNow, WorkflowsNow
from airflow_provider_media.core.submission.views import WorkflowDocument, WorkflowPage, document_of

router = APIRouter(prefix="/workflows", tags=["workflows"])


@router.get("", summary="List workflows", responses=answers(*OF_ACCOUNTS, example=examples.WORKFLOWS))
def list_workflows(
    account: AccountToRead,  # noqa: ARG001 - whoever may look at an account may see the workflows
    listing: WorkflowListNow,
) -> WorkflowPage:
    """List the workflows without errors by name, with whether each one is paused."""
    return WorkflowPage(workflows=tuple(listing()))


@router.get(
    "/{workflow}",
    summary="Get a workflow",
    responses=answers(*OF_ACCOUNTS, "workflow_unknown", example=examples.WORKFLOW),
)
def read_workflow(
    account: AccountToRead,  # noqa: ARG001 - whoever may look at an account may see the workflows
    workflow: Annotated[str, Path(description="Name of the workflow.", examples=["vod"])],
    workflows: WorkflowsNow,
) -> WorkflowDocument:
    """Return the settings of a workflow as its file is now, with presets and defaults filled in.

    Notifications stand there by names without secrets, not by their whole addresses.
    """
    return document_of(workflows(workflow))
