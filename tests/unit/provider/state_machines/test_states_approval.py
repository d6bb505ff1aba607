"""Approvals whose task Airflow tries again: an answer that was given is taken, and a cleared task asks again."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.api.datamodels._generated import HITLDetailResponse, HITLUser
from airflow.sdk.exceptions import TaskAwaitingInput
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, GetHITLDetailResponse

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.state_machines.waits import approval, wait
from airflow_provider_media.state_machines.waits.approval import ApprovalWait
from airflow_provider_media.triggers import response
from tests.task_contexts import task_context

ANSWERED_AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


class Questions:
    """Airflow's store of questions: one for each task, and a question that is asked again loses its answer."""

    def __init__(self) -> None:
        self.answer: str | None = None
        self.asked = 0

    def send(self, msg: Any) -> HITLDetailResponse | None:
        if isinstance(msg, CreateHITLDetailPayload):
            self.asked += 1
            self.answer = None
            return None
        assert isinstance(msg, GetHITLDetailResponse)
        return HITLDetailResponse(
            response_received=self.answer is not None,
            chosen_options=self.answer and [self.answer],
            responded_at=self.answer and ANSWERED_AT,
            responded_by_user=self.answer and HITLUser(id="ann", name="Ann"),
        )


class Deferred(Exception):
    """The task has given its worker back."""


class Asked:
    """An order whose task notes the trigger that it defers with."""

    def __init__(self, retry: int = 0) -> None:
        self.request = SimpleNamespace(arguments={"subject": "Publish it?"}, timeout_seconds=None)
        self.key = f"run/Ask#{retry}"
        self.trigger: Any = None

    def sleep(self, trigger: Any) -> None:
        self.trigger = trigger
        raise Deferred

    async def event(self) -> Any:
        """Return what the trigger tells the task."""
        return (await anext(aiter(self.trigger.run()))).payload


@pytest.fixture
def context() -> dict[str, Any]:
    made = task_context(task_id="Ask")
    made["ti"].id = "01a2390f-353a-7bc9-851a-1aaf386816ee"
    return made


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch, context: dict[str, Any]) -> Questions:
    one = Questions()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", one, raising=False)
    monkeypatch.setattr(response, "SETTLE_SECONDS", 0.0)
    for module in (approval, wait):
        monkeypatch.setattr(module, "get_current_context", lambda: context)
    with pytest.raises(TaskAwaitingInput):
        ApprovalWait().begin(Asked())
    return one


def next_attempt() -> tuple[Asked, Any]:
    """Begin again, and return the order and the event of its trigger."""
    asked = Asked()
    with pytest.raises(Deferred):
        ApprovalWait().begin(asked)
    return asked, asyncio.run(asked.event())


def test_attempt_after_answer_takes_the_answer(questions: Questions) -> None:
    questions.answer = "Approve"
    assert ApprovalWait().end(*next_attempt()) == {"chosen": "Approve", "by": "Ann", "at": "2026-12-01T09:30:00+00:00"}
    assert questions.asked == 1


def test_attempt_after_rejection_is_rejected(questions: Questions) -> None:
    questions.answer = "Reject"
    with pytest.raises(TaskFailed, match="Ann has chosen 'Reject'"):
        ApprovalWait().end(*next_attempt())


def test_attempt_without_answer_asks_again(questions: Questions) -> None:
    with pytest.raises(TaskAwaitingInput):
        ApprovalWait().end(*next_attempt())
    assert questions.asked == 2


@pytest.mark.parametrize(
    "event", [{}, {"late": "timeout"}, {"instance": "another", "response": {"chosen_options": ["No"]}}]
)
def test_event_of_another_task_is_no_answer(questions: Questions, event: dict[str, Any]) -> None:
    questions.answer = "Approve"
    asked = Asked()
    with pytest.raises(Deferred):
        ApprovalWait().end(asked, event)
    assert ApprovalWait().end(asked, asyncio.run(asked.event()))["chosen"] == "Approve"


def test_attempt_that_is_lost_after_the_answer_loses_nothing(questions: Questions) -> None:
    questions.answer = "Approve"
    first = ApprovalWait().end(*next_attempt())
    assert ApprovalWait().end(*next_attempt()) == first


def test_retry_of_the_state_asks_again(questions: Questions) -> None:
    questions.answer = "Reject"
    with pytest.raises(TaskAwaitingInput):
        ApprovalWait().begin(Asked(retry=1))
    assert questions.asked == 2


def test_cleared_task_asks_again(questions: Questions, context: dict[str, Any]) -> None:
    questions.answer = "Approve"
    context["ti"].max_tries += 1  # as Airflow does for a task that is cleared
    with pytest.raises(TaskAwaitingInput):
        ApprovalWait().begin(Asked())
    assert questions.asked == 2


def test_trigger_is_restored_from_what_it_serializes() -> None:
    path, arguments = response.ResponseTrigger("01a2390f-353a-7bc9-851a-1aaf386816ee").serialize()
    assert path == f"{response.ResponseTrigger.__module__}.ResponseTrigger"
    assert response.ResponseTrigger(**arguments).instance == "01a2390f-353a-7bc9-851a-1aaf386816ee"
