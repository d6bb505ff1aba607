"""Which resources are waited for, and how."""

from __future__ import annotations

from airflow_provider_media.operators.states import integrations
from airflow_provider_media.operators.states.waiting import approval
from airflow_provider_media.operators.states.waiting.approval import ApprovalWait
from airflow_provider_media.operators.states.waiting.tokens import SUFFIX, TokenWait
from airflow_provider_media.operators.states.waiting.wait import Wait


def wait_of(resource: str) -> Wait | None:
    """How a resource is waited for; ``None`` where the work is done at once."""
    if resource.endswith(SUFFIX):
        return TokenWait()
    if resource == approval.RESOURCE:
        return ApprovalWait()
    return None


def objection(resource: str) -> str | None:
    """Why a task cannot have a resource; ``None`` where it can."""
    if resource == approval.RESOURCE:
        return None
    return integrations.objection(resource.removesuffix(SUFFIX))
