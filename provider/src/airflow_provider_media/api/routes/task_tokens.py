"""Answering tasks of state machines that wait for somebody."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from fastapi import APIRouter

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import Deliberate, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers, takes
from airflow_provider_media.api.auth import May, User
from airflow_provider_media.api.backend import TaskTokens, TaskTokensNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.error_responses import Forbidden
from airflow_provider_media.api.models import TaskAnswered, TaskFailure, TaskHeartbeat, TaskSuccess
from airflow_provider_media.core.ingest.request import validated

BODIES = (TaskSuccess, TaskFailure, TaskHeartbeat)
"""What the routes take; the app puts their schemas into its OpenAPI document."""
CODES = (
    *EVERYWHERE,
    "request_invalid",
    "forbidden",
    "cross_site_refused",
    "body_too_large",
    "media_type_unsupported",
    "task_token_invalid",
    "task_ended",
)
router = APIRouter(prefix="/task-tokens", tags=["state machines"], dependencies=[Deliberate])


RESPONSES = answers(*CODES, example=examples.TASK_ANSWERED)


@router.post(
    "/success", summary="Tell a waiting task that it was done", responses=RESPONSES, openapi_extra=takes(TaskSuccess, examples.TASK_SUCCESS)
)
def succeed_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Give a task its result; its state machine goes on at once.

    The task is one whose resource ends with `.waitForTaskToken`. You need the right to trigger its DAG. An answer is taken once: after
    that, and after the task has run out of time, the token is refused with `task_ended`.
    """
    callback = validated(TaskSuccess, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.answer(callback.token, {"output": callback.output})
    return TaskAnswered(dag_id=dag_id)


@router.post(
    "/failure", summary="Tell a waiting task that it failed", responses=RESPONSES, openapi_extra=takes(TaskFailure, examples.TASK_FAILURE)
)
def fail_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Let a task fail, as `Retry` and `Catch` of its state then say."""
    callback = validated(TaskFailure, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.answer(callback.token, {"error": callback.error, "cause": callback.cause})
    return TaskAnswered(dag_id=dag_id)


@router.post(
    "/heartbeat",
    summary="Tell a waiting task that somebody works on it",
    responses=RESPONSES,
    openapi_extra=takes(TaskHeartbeat, examples.TASK_HEARTBEAT),
)
def keep_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Begin the time of `HeartbeatSeconds` anew; that of `TimeoutSeconds` goes on."""
    callback = validated(TaskHeartbeat, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.heartbeat(callback.token)
    return TaskAnswered(dag_id=dag_id)


def _dag(token: str, task_tokens: TaskTokens, user: User, may: May) -> str:
    """The DAG of a task that the user may answer.

    :raises TaskTokenInvalid: where this is no token.
    :raises Forbidden: where the user may not trigger the DAG.
    """
    dag_id = task_tokens.dag_of(token)
    if not may(user, "POST", dag_id):
        raise Forbidden(f"You may not trigger the DAG {dag_id}, and so not answer its tasks.")
    return dag_id
