"""Routes for the callbacks of waiting tasks of state machines."""

from __future__ import annotations

from fastapi import APIRouter

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.accounts import Deliberate, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers, takes
from airflow_provider_media.api.auth import May, User
from airflow_provider_media.api.backend import TaskTokens, TaskTokensNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.api.machine_request_models import TaskAnswered, TaskFailure, TaskHeartbeat, TaskSuccess
from airflow_provider_media.core.submission.request import validated

BODIES = (TaskSuccess, TaskFailure, TaskHeartbeat)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
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
    "/success",
    summary="Report the success of a waiting task",
    responses=RESPONSES,
    openapi_extra=takes(TaskSuccess, examples.TASK_SUCCESS),
)
def succeed_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Send the result of a waiting task; its state machine goes on at once.

    The resource of the task ends with `.waitForTaskToken`, or is an activity. You need the right to trigger the DAG of
    the state machine. A token takes one result or error. After that, and after the task's deadline, the token is
    refused with `task_ended`.
    """
    callback = validated(TaskSuccess, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.answer(callback.token, {"output": callback.output})
    return TaskAnswered(dag_id=dag_id)


@router.post(
    "/failure",
    summary="Report the failure of a waiting task",
    responses=RESPONSES,
    openapi_extra=takes(TaskFailure, examples.TASK_FAILURE),
)
def fail_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Send the error of a waiting task; the `Retry` and `Catch` of its state decide what follows."""
    callback = validated(TaskFailure, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.answer(callback.token, {"error": callback.error, "cause": callback.cause})
    return TaskAnswered(dag_id=dag_id)


@router.post(
    "/heartbeat",
    summary="Send a heartbeat to a waiting task",
    responses=RESPONSES,
    openapi_extra=takes(TaskHeartbeat, examples.TASK_HEARTBEAT),
)
def keep_task(body: JsonBody, task_tokens: TaskTokensNow, user: User, may: MayNow) -> TaskAnswered:
    """Send a heartbeat of a waiting task: `HeartbeatSeconds` starts again, `TimeoutSeconds` goes on."""
    callback = validated(TaskHeartbeat, body)
    dag_id = _dag(callback.token, task_tokens, user, may)
    task_tokens.heartbeat(callback.token)
    return TaskAnswered(dag_id=dag_id)


def _dag(token: str, task_tokens: TaskTokens, user: User, may: May) -> str:
    """Return the DAG id of the state machine whose task a token names.

    :raises TaskTokenInvalid: when the text is no task token.
    :raises Forbidden: when the user may not trigger the DAG.
    """
    dag_id = task_tokens.dag_of(token)
    if not may(user, "POST", dag_id):
        raise Forbidden(f"You may not trigger the DAG {dag_id}, and so not answer its tasks.")
    return dag_id
