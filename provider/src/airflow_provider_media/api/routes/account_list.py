"""Route that lists the accounts of a user."""

from __future__ import annotations

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import MayNow, MayPoolNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import QueuesNow
from airflow_provider_media.api.models import AccountList, ListedAccount
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.names import pool_name

router = APIRouter(prefix="/accounts", tags=["queues"])


@router.get(
    "",
    summary="List accounts",
    responses=answers(*EVERYWHERE, "request_invalid", "configuration_invalid", example=examples.ACCOUNTS),
)
def list_accounts(user: User, may: MayNow, may_pool: MayPoolNow, queues: QueuesNow) -> AccountList:
    """List the accounts that the user may read, by name, with whether the user may change them."""
    readable = [
        account
        for _, account in sorted(queues.accounts.items())
        if may(user, "GET", ingest_dag_id(account.name, "normal"))
    ]
    return AccountList(
        accounts=tuple(
            ListedAccount(
                name=account.name,
                can_change=may(user, "POST", ingest_dag_id(account.name, "normal")),
                can_limit=may_pool(user, pool_name(account.name)),
                workflow=account.workflow,
                takes_uploads=account.uploads is not None,
            )
            for account in readable
        )
    )
