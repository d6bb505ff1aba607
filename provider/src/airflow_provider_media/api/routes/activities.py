"""Routes for workers that ask for tasks of activities."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.accounts import Deliberate, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import ActivityTasksNow
from airflow_provider_media.core.statelang.activities import NAME, ActivityTask

NOTHING: dict[int | str, dict[str, Any]] = {204: {"description": "No task waits that you may take.", "model": None}}
router = APIRouter(prefix="/activities/{activity}", tags=["state machines"], dependencies=[Deliberate])

Activity = Annotated[str, Path(description="Name of the activity.", pattern=f"^{NAME}$", examples=["subtitles"])]


@router.post(
    "/tasks",
    summary="Take a task of an activity",
    response_model=ActivityTask,
    responses=answers(*EVERYWHERE, "request_invalid", "cross_site_refused", example=examples.ACTIVITY_TASK) | NOTHING,
)
def take_task(activity: Activity, user: User, may: MayNow, activity_tasks: ActivityTasksNow) -> ActivityTask | Response:
    """Take the task that has waited longest of those whose resource is this activity.

    No other worker gets the task. You get only tasks of state machines whose DAG you may trigger. Send the task's token
    with the result to `/task-tokens/success`, or with the error to `/task-tokens/failure`. Send heartbeats to
    `/task-tokens/heartbeat` while you work. `TimeoutSeconds` and `HeartbeatSeconds` count from now. When no task waits,
    the answer is 204: ask again later.
    """
    return activity_tasks.take(activity, partial(may, user, "POST")) or Response(status_code=204)
