"""``.waitForTaskToken``: a request goes out with a token, and the task sleeps until somebody answers with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from airflow.sdk import get_current_context

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.tokens import ANSWER, HEARTBEAT, NOTHING, WAITS, WaitingTask, digest_of, token_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.operators.states.waiting.wait import Asked, check_time, left, remember

SUFFIX = ".waitForTaskToken"


def token_here(attempt: int) -> str:
    """The token of the task that runs here.

    :param attempt: how often its state has been tried, this time included.
    """
    instance = get_current_context()["ti"]
    named = WaitingTask(
        dag_id=instance.dag_id, run_id=instance.run_id, task_id=instance.task_id, map_index=instance.map_index, attempt=attempt
    )
    return token_of(named, settings.token_secret())


class TokenWait:
    """Waits for the answer to a token."""

    def begin(self, asked: Asked) -> NoReturn:
        """Send the request, and sleep.

        :raises TaskFailed: where it cannot be sent.
        """
        from airflow_provider_media.triggers.answer import AnswerTrigger

        order, instance = asked.order, get_current_context()["ti"]
        # Before anybody can answer: an answer is taken for this token alone.
        instance.xcom_push(key=WAITS, value=digest_of(order.context["Task"]["Token"]))
        # Airflow logs an error for each look at what is not there.
        for key in (ANSWER, HEARTBEAT):
            instance.xcom_push(key=key, value=NOTHING)
        since = remember()
        asked.call(order.resource.removesuffix(SUFFIX), order.arguments, order.context, asked.work)
        here = {
            "dag_id": instance.dag_id,
            "run_id": instance.run_id,
            "task_id": instance.task_id,
            "map_index": instance.map_index,
        }
        asked.sleep(AnswerTrigger(here, since, order.timeout_seconds, order.heartbeat_seconds))

    def end(self, asked: Asked, event: Mapping[str, Any]) -> Any:
        """The answer.

        :raises TaskFailed: where it is a failure.
        :raises StateError: where none came in time.
        """
        answer = json.loads(left(ANSWER))
        if answer is None:
            check_time(event)
            raise TaskFailed("States.TaskFailed", "The task was woken although nobody has answered.")
        if "output" in answer:
            return answer["output"]
        raise TaskFailed(answer["error"], answer["cause"])
