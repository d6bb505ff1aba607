"""``media:approval``: a person approves or rejects, on Airflow's page of required actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time.hitl import upsert_hitl_detail

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import TIMEOUT
from airflow_provider_media.state_machines.resources.task_request import ANSWERED
from airflow_provider_media.state_machines.waits.wait import WaitRequest, push_wait

RESOURCE = "media:approval"
OPTIONS = ["Approve", "Reject"]
REJECTED = "approval_rejected"
FIELDS = frozenset({"subject", "body", "options", "assigned_to"})


class ApprovalWait:
    """A wait for a person, in Airflow's own state for such waits. The wait needs neither a worker nor the triggerer."""

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Ask the question, and suspend the task.

        :raises ConfigurationError: when the arguments are not a question.
        """
        question = _question(asked.request.arguments)
        push_wait()
        # Airflow's API rejects the default of its own function for params.
        upsert_hitl_detail(get_current_context()["ti"].id, params={}, **question)
        seconds = asked.request.timeout_seconds
        raise TaskAwaitingInput(method_name=ANSWERED, timeout=timedelta(seconds=seconds) if seconds else None)

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the answer: ``chosen``, ``by`` and ``at``.

        :raises TaskFailed: ``approval_rejected`` when the person chose the last option.
        :raises StateError: when nobody answered in time.
        """
        if event.get("error_type") == "timeout":
            raise StateError(TIMEOUT, None)
        if "error" in event:
            raise TaskFailed("States.TaskFailed", str(event["error"]))
        chosen, by = event["chosen_options"][0], event["responded_by_user"]
        name = by["name"] if by else None
        if chosen == _question(asked.request.arguments)["options"][-1]:
            raise TaskFailed(REJECTED, f"{name or 'Somebody'} has chosen {chosen!r}.")
        return {"chosen": chosen, "by": name, "at": event["responded_at"].isoformat()}


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
