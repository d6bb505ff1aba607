"""A task that is resumed by the event of another, as SQLite brings about with ids of triggers, waits on from when it
began.
"""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_media.airflow_contract.records import WaitRecord
from airflow_provider_media.state_machines.native import state as states
from airflow_provider_media.state_machines.waits import child_run_waits, tokens, waits
from tests.task_contexts import task_context

RUN = {"dag_id": "state_machine_child", "run_id": "c"}
JOB = {"job": "1", "connection": "aws_default"}
STRANGE: list[object] = [{"late": None}, {"late": "timeout"}, "2026-01-01T00:00:00+00:00", None, [{"arrived": 1}]]
"""Events of other tasks; the second one tells that the other's time was up."""


@pytest.fixture
def since() -> str:
    """When the task began to wait."""
    return datetime.now(UTC).isoformat()


class Deferred(Exception):
    """The task has given its worker back."""


class Asked:
    """An order whose task notes the trigger that it defers with."""

    def __init__(self, **answers: Any) -> None:
        self.request = SimpleNamespace(timeout_seconds=60.0, heartbeat_seconds=None, context={})
        self.invocation, self.trigger = None, None
        self.call = lambda resource, arguments, context, invocation: answers[resource.rpartition(":")[2]]

    def sleep(self, trigger: Any) -> None:
        self.trigger = trigger
        raise Deferred


@pytest.mark.parametrize("event", STRANGE)
def test_wait_for_run_goes_on_while_run_is_unfinished(monkeypatch, since, event):
    monkeypatch.setattr(child_run_waits, "pull_wait", lambda: WaitRecord(since=since, about=RUN))
    monkeypatch.setattr(child_run_waits.runs, "count_runs", lambda dag_id, states, run_ids: 1)
    asked = Asked()
    with pytest.raises(Deferred):
        waits.wait_of("media:workflow").end(asked, event)
    assert (asked.trigger.about, asked.trigger.since, asked.trigger.timeout_seconds) == (RUN, since, 60)


@pytest.mark.parametrize("event", STRANGE)
def test_wait_for_mediaconvert_goes_on_while_the_job_is_unfinished(monkeypatch, since, event):
    monkeypatch.setattr(child_run_waits, "pull_wait", lambda: WaitRecord(since=since, about=JOB))
    asked = Asked(getJob={"Job": {"Id": "1", "Status": "PROGRESSING"}})
    with pytest.raises(Deferred):
        waits.wait_of("arn:aws:states:::mediaconvert:createJob.sync").end(asked, event)
    assert (asked.trigger.about, asked.trigger.since) == (JOB, since)


@pytest.mark.parametrize("event", [event for event in STRANGE if event != {"late": "timeout"}])
def test_wait_for_task_token_goes_on_while_no_callback_came(monkeypatch, since, event):
    context = task_context("state_machine_ask", "r", task_id="Ask")
    monkeypatch.setattr(tokens, "get_current_context", lambda: context)
    monkeypatch.setattr(tokens, "pull_wait", lambda: WaitRecord(since=since, about=None))
    monkeypatch.setattr(tokens, "left", lambda key: json.dumps(None))
    asked = Asked()
    with pytest.raises(Deferred):
        waits.wait_of("arn:aws:states:::sqs:sendMessage.waitForTaskToken").end(asked, event)
    assert (asked.trigger.waiting["task_id"], asked.trigger.since) == ("Ask", since)


@pytest.mark.parametrize("event", STRANGE)
def test_wait_state_goes_on_until_its_moment(monkeypatch, event):
    until, deferred = datetime.now(UTC) + timedelta(minutes=5), []

    def defer(trigger, method_name):
        deferred.append((trigger.moment, method_name))
        raise Deferred

    monkeypatch.setattr(states.passing, "pulled", lambda context, task_id, key, index: until.isoformat())
    task = SimpleNamespace(
        task_id="Wait", place=SimpleNamespace(mapped=False), defer=defer, waited=states.WaitStateOperator.waited
    )
    task.defer_until = lambda moment: states.WaitStateOperator.defer_until(task, moment)
    with pytest.raises(Deferred):
        states.WaitStateOperator.waited(task, task_context(), event)
    assert deferred == [(until, "waited")]
