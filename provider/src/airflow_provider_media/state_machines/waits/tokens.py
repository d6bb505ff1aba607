"""Waits for a callback with a task token, from a request (``.waitForTaskToken``) or an activity's task."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from airflow.sdk import get_current_context

from airflow_provider_media.airflow_contract.records import ActivityOffer
from airflow_provider_media.airflow_contract.xcom import ANSWER, AWAITED, HEARTBEAT, NOTHING, TAKEN, offer_key
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.activities import activity_of
from airflow_provider_media.core.statelang.tokens import WaitingTask, digest_of, task_of, token_of
from airflow_provider_media.hooks import settings
from airflow_provider_media.state_machines.resources.task_resource import TOKEN
from airflow_provider_media.state_machines.waits.wait import WaitRequest, check_time, left, pull_wait, push_wait


def token_here(attempt: int) -> str:
    """Return the token of the running task.

    :param attempt: number of the state's attempt, starting at 1.
    """
    instance = get_current_context()["ti"]
    named = WaitingTask(
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        task_id=instance.task_id,
        map_index=-1 if instance.map_index is None else instance.map_index,
        attempt=attempt,
    )
    return token_of(named, settings.token_secret())


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWait:
    """A wait for the callback of a task token.

    :param ask: offers the token to whoever is to answer.
    :param from_taken: whether the task's time limit starts when a worker takes the task, and not when the task asks.
    """

    ask: Callable[[WaitRequest], object]
    from_taken: bool

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Ask, and defer.

        :raises TaskFailed: when the request cannot be sent.
        """
        request, instance = asked.request, get_current_context()["ti"]
        # Before anybody can answer: only a callback with this token is accepted.
        instance.xcom_push(key=AWAITED, value=digest_of(request.context["Task"]["Token"]))
        # Airflow logs an error for each pull of a missing XCom.
        for key in (ANSWER, HEARTBEAT, *([TAKEN] if self.from_taken else [])):
            instance.xcom_push(key=key, value=NOTHING)
        since = push_wait()
        self.ask(asked)
        self._defer_until_answered(asked, since)

    def _defer_until_answered(self, asked: WaitRequest, since: str) -> NoReturn:
        from airflow_provider_media.triggers.answer import AnswerTrigger

        request, instance = asked.request, get_current_context()["ti"]
        here = {
            "dag_id": instance.dag_id,
            "run_id": instance.run_id,
            "task_id": instance.task_id,
            "map_index": instance.map_index,
        }
        asked.sleep(AnswerTrigger(here, since, request.timeout_seconds, request.heartbeat_seconds, self.from_taken))

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the answer of the callback.

        :raises TaskFailed: when the answer is a failure.
        :raises StateError: when no answer came in time.
        """
        answer = json.loads(left(ANSWER))
        if answer is None:
            check_time(event)
            self._defer_until_answered(asked, pull_wait().since)
        if "output" in answer:
            return answer["output"]
        raise TaskFailed(answer["error"], answer["cause"])


def _send(asked: WaitRequest) -> None:
    request = asked.request
    asked.call(request.resource.removesuffix(TOKEN), request.arguments, request.context, asked.invocation)


def _offer(asked: WaitRequest) -> None:
    """Offer the task to workers.

    The worker that takes the task gets its token then, because others can read the offer.
    """
    request = asked.request
    attempt = task_of(request.context["Task"]["Token"], settings.token_secret()).attempt
    offer = ActivityOffer(attempt=attempt, input=request.arguments).to_text()
    get_current_context()["ti"].xcom_push(key=offer_key(str(activity_of(request.resource))), value=offer)


MESSAGE = TokenWait(ask=_send, from_taken=False)
ACTIVITY = TokenWait(ask=_offer, from_taken=True)
