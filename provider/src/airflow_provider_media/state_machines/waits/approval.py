"""``media:approval``: a person approves or rejects, on Airflow's page of required actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

from airflow.sdk import (  # type: ignore[attr-defined]  # airflow/sdk/__init__.pyi forgets NEVER_EXPIRE
    NEVER_EXPIRE,
    get_current_context,
)
from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time.hitl import upsert_hitl_detail

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import TIMEOUT
from airflow_provider_media.state_machines.resources.task_request import ANSWERED
from airflow_provider_media.state_machines.waits.wait import WaitRequest, push_wait
from airflow_provider_media.triggers.response import ResponseTrigger

RESOURCE = "media:approval"
OPTIONS = ["Approve", "Reject"]
REJECTED = "approval_rejected"
FIELDS = frozenset({"subject", "body", "options", "assigned_to"})
ASKED = "asked"
"""Key in the task state store for the question that was asked. The store outlives the task's attempts."""


class ApprovalWait:
    """A wait for a person, in Airflow's own state for such waits. The wait needs neither a worker nor the triggerer.

    Who answers before Airflow has seen that the task sleeps makes Airflow take the task for one that was killed, and
    try again. To ask again would lose the answer, so the next attempt looks for it first.
    """

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Ask the question, or look for the answer to the question of an earlier attempt, and suspend the task.

        :raises ConfigurationError: when the arguments are not a question.
        """
        question = _question(asked.request.arguments)
        context = get_current_context()
        push_wait()
        if context["task_state_store"].get(ASKED) == _question_id(asked):
            asked.sleep(ResponseTrigger(str(context["ti"].id)))
        _ask(asked, question)

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the answer: ``chosen``, ``by`` and ``at``.

        :raises TaskFailed: ``approval_rejected`` when the person chose the last option.
        :raises StateError: when nobody answered in time.
        """
        instance = str(get_current_context()["ti"].id)
        if not event.keys() & {"chosen_options", "error"}:  # from a trigger, perhaps that of another task
            if event.get("instance") != instance:
                asked.sleep(ResponseTrigger(instance))
            event = event["response"] or _ask(asked, _question(asked.request.arguments))
        if event.get("error_type") == "timeout":
            raise StateError(TIMEOUT, None)
        if "error" in event:
            raise TaskFailed("States.TaskFailed", str(event["error"]))
        chosen, by = event["chosen_options"][0], event["responded_by_user"]
        name = by["name"] if by else None
        if chosen == _question(asked.request.arguments)["options"][-1]:
            raise TaskFailed(REJECTED, f"{name or 'Somebody'} has chosen {chosen!r}.")
        return {"chosen": chosen, "by": name, "at": event["responded_at"].isoformat()}


def _ask(asked: WaitRequest, question: Mapping[str, Any]) -> NoReturn:
    context = get_current_context()
    # Airflow's API rejects the default of its own function for params.
    upsert_hitl_detail(context["ti"].id, params={}, **question)
    context["task_state_store"].set(ASKED, _question_id(asked), retention=NEVER_EXPIRE)
    seconds = asked.request.timeout_seconds
    raise TaskAwaitingInput(method_name=ANSWERED, timeout=timedelta(seconds=seconds) if seconds else None)


def _question_id(asked: WaitRequest) -> str:
    """Return an id that all attempts share until somebody clears the task, which gives it more tries and asks anew."""
    return f"{asked.key} of {get_current_context()['ti'].max_tries}"


def _question(arguments: Any) -> dict[str, Any]:
    if not isinstance(arguments, Mapping) or not isinstance(arguments.get("subject"), str) or not arguments["subject"]:
        raise ConfigurationError(f"{RESOURCE} needs 'subject', the question in one line", field="subject")
    unknown = arguments.keys() - FIELDS
    if unknown:
        raise ConfigurationError(
            f"{RESOURCE}: there is no {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(FIELDS))}"
        )
    options = arguments.get("options", OPTIONS)
    if not isinstance(options, list) or len(options) < 2 or len(set(map(str, options))) < len(options):
        raise ConfigurationError(
            f"{RESOURCE}: 'options' are at least two different texts; the last of them rejects", field="options"
        )
    people = arguments.get("assigned_to") or []
    return {
        "subject": arguments["subject"],
        "body": None if arguments.get("body") is None else str(arguments["body"]),
        "options": [str(option) for option in options],
        "assigned_users": [{"id": str(person), "name": str(person)} for person in people],
    }
