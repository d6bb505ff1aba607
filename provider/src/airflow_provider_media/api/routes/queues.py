"""Routes that show, pause, resume and limit the queues."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange, AccountToLimit, AccountToRead, Deliberate
from airflow_provider_media.api.answers import OF_ACCOUNTS, OF_BODIES, OF_CHANGES, answers, takes
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import JobQueriesNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.job_backend import LimitsChangeNow, QueueCommandsNow, QueueStatisticsNow
from airflow_provider_media.api.models import HistoryQuery
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.submission.live_limits import LimitsBody
from airflow_provider_media.core.submission.queue_history import QueueHistory
from airflow_provider_media.core.submission.request import validated
from airflow_provider_media.core.submission.views import AccountView

BODIES = (LimitsBody,)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
router = APIRouter(prefix="/queues", tags=["queues"], dependencies=[Deliberate])
QueuePriority = Annotated[Priority, Path(description="Priority of the queue.", examples=["normal"])]


@router.get("", summary="Get the queues", responses=answers(*OF_ACCOUNTS, "queue_missing", example=examples.QUEUES))
def read_queues(account: AccountToRead, jobs: JobQueriesNow) -> AccountView:
    """Return how many jobs are active and how many wait, the submission time of the oldest, and the limits."""
    return jobs.describe_queues(account)


@router.get(
    "/history",
    summary="Get the history of the queues",
    responses=answers(*OF_ACCOUNTS, example=examples.QUEUE_HISTORY),
)
def read_queue_history(
    account: AccountToRead, wanted: Annotated[HistoryQuery, Query()], statistics: QueueStatisticsNow
) -> QueueHistory:
    """Return how many jobs were submitted, got a slot and ended in each span of time, and how long they had waited.

    A job that was retried counts with its latest try. Jobs that were deleted from Airflow's database are not counted.
    """
    return statistics.read_history(
        account, span=timedelta(hours=wanted.hours), bucket=timedelta(minutes=wanted.bucket_minutes)
    )


@router.post(
    "/{priority}/pause",
    summary="Pause a queue",
    responses=answers(*OF_CHANGES, "queue_missing", example=examples.QUEUES),
)
def pause_queue(
    account: AccountToChange, priority: QueuePriority, commands: QueueCommandsNow, jobs: JobQueriesNow
) -> AccountView:
    """Pause the queue of one priority: no waiting job starts, and running jobs end. Submissions still wait in it."""
    commands.set_paused(account, [priority], paused=True)
    return jobs.describe_queues(account)


@router.post(
    "/{priority}/resume",
    summary="Resume a queue",
    responses=answers(*OF_CHANGES, "queue_missing", example=examples.QUEUES),
)
def resume_queue(
    account: AccountToChange, priority: QueuePriority, commands: QueueCommandsNow, jobs: JobQueriesNow
) -> AccountView:
    """Resume a paused queue: its waiting jobs start again as slots are free."""
    commands.set_paused(account, [priority], paused=False)
    return jobs.describe_queues(account)


@router.put(
    "/limits",
    summary="Set the limits of the queues",
    responses=answers(*OF_BODIES, "queue_missing", example=examples.QUEUES),
    openapi_extra=takes(LimitsBody, examples.LIMITS),
)
def set_limits(
    account: AccountToLimit, user: User, body: JsonBody, change: LimitsChangeNow, jobs: JobQueriesNow
) -> AccountView:
    """Set the limits that hold in place of those in `include/queues.yaml`, until somebody sets others.

    A field that is absent gets the limit of the file, so that an empty object undoes all changes. The right to change
    the account's pool in Airflow is needed. Slots hold at once; limits of waiting jobs hold from the next submission
    on. Jobs that are active or wait already stay.
    """
    change(account, validated(LimitsBody, body), user.get_name())
    return jobs.describe_queues(account)
