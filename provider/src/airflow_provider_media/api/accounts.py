"""The account of a request, and the check whether the request's user may use it.

A user may look at an account when the user may read the runs of its ingest queue's DAG in Airflow. The DAG is
``media_ingest_normal``, with ``__<account>`` appended for any but the default account. A user may change something in
the account when the user may trigger that DAG, and its limits when the user may change its pool. A user who may not
look gets the answer for an account that does not exist.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Path, Request

from airflow_provider_media.api.auth import (
    May,
    MayChangePool,
    MayDag,
    User,
    dag_permissions,
    deliberate,
    permissions,
    pool_permissions,
)
from airflow_provider_media.api.backend import QueuesNow
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.api.rate import RateLimits
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import AccountUnknown
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.names import ID_LENGTH, pool_name
from airflow_provider_media.job_store.errors import JobUnknown

MayNow = Annotated[May, Depends(permissions)]
MayDagNow = Annotated[MayDag, Depends(dag_permissions)]
MayPoolNow = Annotated[MayChangePool, Depends(pool_permissions)]


AccountName = Annotated[
    str, Path(description="Name of the account, as in `include/queues.yaml`.", examples=["default"])
]


def account_to_read(request: Request, account: AccountName, user: User, may: MayNow, queues: QueuesNow) -> Account:
    """Return the account in a request's path.

    :raises AccountUnknown: when there is no such account, or when the user may not look at it.
    :raises RateLimited: when requests for the account come too fast.
    """
    found = queues.accounts.get(account)
    if found is None or not may(user, "GET", ingest_dag_id(account, "normal")):
        raise AccountUnknown(
            f"There is no account named {account!r} that you may use; see include/queues.yaml.", account=account
        )
    limits: RateLimits = request.app.state.rate_limits
    limits.take(found)
    return found


def account_to_change(request: Request, account: AccountName, user: User, may: MayNow, queues: QueuesNow) -> Account:
    """Return the account in a request's path, for a user who may submit to it.

    :raises AccountUnknown: when there is no such account, or when the user may not look at it.
    :raises RateLimited: when requests for the account come too fast.
    :raises Forbidden: when the user may only look.
    """
    # A call instead of a dependency: each further dependency would cost another change of threads.
    found = account_to_read(request, account, user, may, queues)
    if not may(user, "POST", ingest_dag_id(found.name, "normal")):
        raise Forbidden
    return found


def account_to_limit(
    *, request: Request, account: AccountName, user: User, may: MayNow, may_pool: MayPoolNow, queues: QueuesNow
) -> Account:
    """Return the account in a request's path, for a user who may change the slots of its pool.

    :raises AccountUnknown: when there is no such account, or when the user may not look at it.
    :raises RateLimited: when requests for the account come too fast.
    :raises Forbidden: when the user may not change the account's pool.
    """
    found = account_to_read(request, account, user, may, queues)
    if not may_pool(user, pool_name(found.name)):
        raise Forbidden(
            f"Only who may change Airflow's pool {pool_name(found.name)} may change the limits of this account."
        )
    return found


AccountToRead = Annotated[Account, Depends(account_to_read)]
AccountToChange = Annotated[Account, Depends(account_to_change)]
AccountToLimit = Annotated[Account, Depends(account_to_limit)]
Deliberate = Depends(deliberate)


async def job_id_in_path(
    job_id: Annotated[str, Path(description="Id of the job.", examples=["1b9d6bcd4bf54c07a1f3c5e7d9b8a6f0"])],
) -> str:
    """Return the job id in a request's path.

    :raises JobUnknown: when the text is no job id.
    """
    if not re.fullmatch(rf"[0-9a-f]{{{ID_LENGTH}}}", job_id):
        raise JobUnknown("There is no job of this id; ids of jobs have 32 hexadecimal digits.")
    return job_id


JobId = Annotated[str, Depends(job_id_in_path)]
